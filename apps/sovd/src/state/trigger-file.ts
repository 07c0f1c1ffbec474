import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, messageOf, parseJson } from '@opensovd/base'
import type { StoredTrigger, TriggerStore } from '@opensovd/core'
import { LOG_SEVERITIES } from '@opensovd/core'
import { Type } from 'typebox'
import { Check } from 'typebox/value'

const NAME = 'triggers.json'

const EntityRef = Type.Object({
  kind: Type.Enum(['area', 'component', 'app', 'function']),
  id: Type.String({ minLength: 1 }),
})

const Condition = Type.Union([
  Type.Object({ type: Type.Literal('OnChange') }),
  Type.Object({ type: Type.Literal('OnChangeTo'), value: Type.Unknown() }),
  Type.Object({
    type: Type.Enum(['EnterRange', 'LeaveRange']),
    lowerBound: Type.Number(),
    upperBound: Type.Number(),
  }),
])

const Log = Type.Object({
  severity: Type.Enum([...LOG_SEVERITIES]),
  withResource: Type.Boolean(),
  withCondition: Type.Boolean(),
  markerText: Type.Optional(Type.String()),
})

const Content = Type.Object({
  version: Type.Literal(1),
  triggers: Type.Array(
    Type.Object({
      id: Type.String({ minLength: 1 }),
      entity: EntityRef,
      resource: Type.String(),
      path: Type.String(),
      condition: Condition,
      multishot: Type.Boolean(),
      persistent: Type.Literal(true),
      log: Type.Optional(Log),
      expiresAtMs: Type.Number(),
    }),
  ),
})

/**
 * A file with the triggers that outlive the program. It is replaced as a whole, so that it is never half written.
 * @throws AppError `state-unavailable` when it cannot be read or is not such a file
 */
export function openTriggerFile(folder: string): TriggerStore {
  const path = join(folder, NAME)
  const kept = read(folder, path)
  return {
    load: () => kept,
    save(triggers) {
      const draft = `${path}.new`
      writeFileSync(draft, `${JSON.stringify({ version: 1, triggers })}\n`, { mode: 0o600, flush: true })
      renameSync(draft, path)
    },
  }
}

function read(folder: string, path: string): readonly StoredTrigger[] {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const content: unknown = parseJson(readFileSync(path, 'utf8'))
    if (!Check(Content, content)) throw new TypeError('it has no triggers of this version')
    // What fits the schema is a list of triggers; values of conditions were written as JSON.
    return content.triggers as readonly StoredTrigger[]
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new AppError('state-unavailable', `${path} cannot be used: ${messageOf(error)}`, { cause: error })
  }
}
