import { isJsonObject, type JsonObject } from '@opensovd/base'
import { type Check, reads, writes } from '../check.ts'
import { NOBODY, type Probe } from '../probe.ts'
import { id, oneOf, shape, text } from '../shapes.ts'
import { idsOf } from '../target.ts'
import { NotExercised } from '../verdict.ts'
import { at, listing, uriOf } from './collections.ts'
import { useCreated } from './creation.ts'

const LIST = shape({ items: { type: 'array' } })

/** Subscriptions and triggers, which are made, read, changed and ended alike. */
interface Kind {
  readonly name: 'cyclic-subscriptions' | 'triggers'
  readonly clause: string
  /** What is asked for, of a resource. */
  readonly request: (resource: string) => JsonObject
  readonly change: JsonObject
  readonly wrong: JsonObject
}

const SUBSCRIPTION: Kind = {
  name: 'cyclic-subscriptions',
  clause: '7.10',
  request: (resource) => ({ resource, protocol: 'sse', interval: 'slow', duration: 30 }),
  change: { duration: 60, interval: 'normal' },
  wrong: { protocol: 'sse', interval: NOBODY, duration: 30 },
}

const TRIGGER: Kind = {
  name: 'triggers',
  clause: '7.11',
  request: (resource) => ({
    resource,
    path: '/data',
    trigger_condition: { condition_type: 'OnChange' },
    protocol: 'sse',
    multishot: true,
    lifetime: 30,
  }),
  change: { lifetime: 60 },
  wrong: { protocol: 'sse', trigger_condition: { condition_type: NOBODY } },
}

const CREATED = shape({ id }, { event_source: text, observed_resource: text, status: oneOf('active', 'terminated') })

/** One of our own on the first value of an entity, for as long as `use` takes. */
async function withOwn(
  probe: Probe,
  kind: Kind,
  use: (path: string, created: JsonObject) => Promise<void>,
): Promise<void> {
  const entity = await probe.entityWith(kind.name)
  const [value] = await probe.idsAt(`${entity.path}/data`)
  const all = `${entity.path}/${kind.name}`
  const body = kind.request(uriOf(probe, entity, 'data', encodeURIComponent(value)))
  const answer = await probe.expect('POST', all, { body, status: 201, shape: CREATED, location: true })
  if (answer.status !== 201) throw new NotExercised('nothing was created')
  await useCreated(probe, all, answer, (own) => use(own, isJsonObject(answer.json) ? answer.json : {}))
}

/** The schema that can be asked for is that of the events. */
async function readOne(probe: Probe, path: string): Promise<void> {
  await probe.read(path, CREATED)
  const described = await probe.read(`${path}?include-schema=true`, CREATED)
  const hasSchema = isJsonObject(described.event_schema ?? described.schema)
  probe.check(hasSchema, `GET ${path}?include-schema=true: has no event_schema [6.2.6]`)
}

function checksOf(kind: Kind): readonly Check[] {
  const { name, clause } = kind
  const one = `{E}/${name}/{id}`
  return [
    reads(`GET {E}/${name}`, clause, listing(name, LIST)),
    writes(`POST {E}/${name}`, clause, async (probe) => {
      await withOwn(probe, kind, async (own, { event_source: source }) => {
        if (typeof source === 'string') {
          const { base } = probe.target.client
          const answer = await probe.ask('GET', new URL(source, `${base}/`).href, {
            headers: { accept: 'text/event-stream' },
            stream: true,
          })
          const type = answer.headers.get('content-type') ?? 'none'
          const isStream = answer.status === 200 && type.startsWith('text/event-stream')
          probe.check(isStream, `GET ${source}: expected text/event-stream, got ${answer.status} ${type}`)
        }
        await probe.refuse('POST', own.replace(/\/[^/]+$/, ''), [400], { body: kind.wrong })
      })
    }),
    reads(`GET ${one}`, clause, async (probe) => {
      const { path } = await probe.entityWith(name)
      await probe.refuse('GET', at(`${path}/${name}`, NOBODY), [404])
      const [known] = idsOf((await probe.ask('GET', `${path}/${name}`)).json)
      if (known !== undefined) await readOne(probe, at(`${path}/${name}`, known))
      else if (!probe.may('writes')) throw new NotExercised('there is none; --write makes one')
      else await withOwn(probe, kind, (own) => readOne(probe, own))
    }),
    writes(`PUT ${one}`, clause, async (probe) => {
      await withOwn(probe, kind, async (own) => {
        await probe.expect('PUT', own, { body: kind.change })
        await probe.refuse('PUT', own.replace(/[^/]+$/, NOBODY), [404], { body: kind.change })
      })
    }),
    writes(`DELETE ${one}`, clause, async (probe) => {
      await withOwn(probe, kind, async (own) => {
        await probe.expect('DELETE', own, { status: 204 })
        await probe.refuse('GET', own, [404])
      })
    }),
  ]
}

/** Cyclic subscriptions [17978-3 7.10] and triggers [17978-3 7.11]. */
export const EVENTS: readonly Check[] = [...checksOf(TRIGGER), ...checksOf(SUBSCRIPTION)]
