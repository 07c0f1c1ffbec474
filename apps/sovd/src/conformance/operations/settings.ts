import { isJsonObject } from '@opensovd/base'
import { type Check, reads, writes } from '../check.ts'
import { NOBODY, type Probe } from '../probe.ts'
import { flag, id, listOf, oneOf, shape, text, texts, time } from '../shapes.ts'
import { NotExercised } from '../verdict.ts'
import { at, items, itemsOf, listing } from './collections.ts'
import { expectRemoval, useCreated } from './creation.ts'

/** Modes [17978-3 7.16]. */
export const MODES: readonly Check[] = [
  reads(
    'GET {E}/modes',
    '7.16.2',
    listing('modes', listOf(shape({ id }, { name: text, tags: texts })), { includeSchema: true, tags: true }),
  ),
  reads(
    'GET {E}/modes/{mode-id}',
    '7.16.3',
    items('modes', shape({ value: text }, { name: text }), { includeSchema: true }),
  ),
  writes('PUT {E}/modes/{mode-id}', '7.16.4', async (probe) => {
    const { path } = await probe.entityWith('modes')
    await probe.refuse('PUT', at(`${path}/modes`, NOBODY), [404], { body: { value: 'x' } })
    for (const each of await probe.idsAt(`${path}/modes`)) {
      const mode = at(`${path}/modes`, each)
      const { json } = await probe.ask('GET', mode)
      if (!isJsonObject(json) || typeof json.value !== 'string') continue
      const { status } = await probe.ask('PUT', mode, { body: { value: json.value } })
      if (status !== 200) continue
      await probe.expect('PUT', mode, { body: { value: json.value }, shape: shape({ id, value: text }) })
      await probe.refuse('PUT', mode, [400], { body: {} })
      return
    }
    throw new NotExercised('no mode can be set to what it is')
  }),
]

const CONFIGURATION = shape(
  { id, name: text, type: oneOf('bulk', 'parameter') },
  { version: text, content_type: text, tags: texts },
)

async function parametersOf(probe: Probe): Promise<readonly [string, ...string[]]> {
  const { path } = await probe.entityWith('configurations')
  const all = itemsOf((await probe.ask('GET', `${path}/configurations`)).json)
  const [first, ...others] = all.flatMap((each) =>
    each.type === 'parameter' && typeof each.id === 'string' ? [at(`${path}/configurations`, each.id)] : [],
  )
  if (first === undefined) throw new NotExercised('there is no configuration that is a parameter')
  return [first, ...others]
}

/** Writes the first parameter that can be written with what it is; whether there was one. */
async function tryToWrite(probe: Probe, parameters: readonly string[]): Promise<boolean> {
  for (const path of parameters) {
    const { json } = await probe.ask('GET', path)
    if (!isJsonObject(json) || json.data === undefined) continue
    if ((await probe.ask('PUT', path, { body: { data: json.data } })).status !== 204) continue
    await probe.expect('PUT', path, { body: { data: json.data }, status: 204 })
    await probe.refuse('PUT', path, [400], { body: {} })
    return true
  }
  return false
}

/** ECUs take many things in their extended session only [17978-3 8.3]; whether there is one in which it was done. */
async function inExtendedSession(probe: Probe, configuration: string, act: () => Promise<boolean>): Promise<boolean> {
  const session = configuration.replace(/configurations\/[^/]+$/, 'modes/session')
  const { status, json } = await probe.ask('GET', session)
  if (status !== 200 || !isJsonObject(json) || typeof json.value !== 'string') return false
  if ((await probe.ask('PUT', session, { body: { value: 'extended' } })).status !== 200) return false
  try {
    return await act()
  } finally {
    await probe.ask('PUT', session, { body: { value: json.value } })
  }
}

/** Configurations [17978-3 7.12]. */
export const CONFIGURATIONS: readonly Check[] = [
  reads(
    'GET {E}/configurations',
    '7.12.2',
    listing('configurations', listOf(CONFIGURATION), { includeSchema: true, tags: true }),
  ),
  reads('GET {E}/configurations/{configuration-id}', '7.12.3', async (probe) => {
    const [path] = await parametersOf(probe)
    await probe.read(path, shape({ id, data: {} }), { includeSchema: true })
    await probe.refuse('GET', path.replace(/[^/]+$/, NOBODY), [404])
  }),
  writes('PUT {E}/configurations/{configuration-id}', '7.12.4', async (probe) => {
    const parameters = await parametersOf(probe)
    const [first] = parameters
    const wasWritten = await tryToWrite(probe, parameters)
    if (!wasWritten && !(await inExtendedSession(probe, first, () => tryToWrite(probe, parameters)))) {
      throw new NotExercised('none of its parameters can be written now')
    }
  }),
]

const OWNED = shape({ owned: flag }, { scopes: texts })

/** A lock of our own, for as long as `use` takes. */
async function withLock(probe: Probe, use: (path: string) => Promise<void>): Promise<void> {
  const { path } = await probe.entityWith('locks')
  const answer = await probe.expect('POST', `${path}/locks`, {
    body: { lock_expiration: 30 },
    status: 201,
    shape: shape({ id }),
    location: true,
  })
  if (answer.status !== 201) throw new NotExercised('no lock could be had')
  await useCreated(probe, `${path}/locks`, answer, use)
}

/** Locks [17978-3 7.17]. */
export const LOCKS: readonly Check[] = [
  reads('GET {E}/locks', '7.17.3', listing('locks', listOf({ allOf: [shape({ id }), OWNED] }))),
  writes('POST {E}/locks', '7.17.2', async (probe) => {
    await withLock(probe, async (own) => {
      const list = own.replace(/\/[^/]+$/, '')
      // Where a token says who asks, nobody else can be had.
      if (!probe.target.access) {
        await probe.refuse('POST', list, [409], {
          body: { lock_expiration: 30 },
          headers: { 'x-sovd-client-id': `${NOBODY}-else` },
        })
      }
      await probe.refuse('POST', list, [400], { body: {} })
      await probe.refuse('POST', list, [400], { body: { lock_expiration: 30, scopes: [NOBODY] } })
    })
  }),
  reads('GET {E}/locks/{lock-id}', '7.17.4', async (probe) => {
    const { path } = await probe.entityWith('locks')
    await probe.refuse('GET', at(`${path}/locks`, NOBODY), [404])
    if (!probe.may('writes')) throw new NotExercised('there is no lock of ours; --write makes one')
    const DETAIL = { allOf: [shape({ lock_expiration: time }), OWNED] }
    await withLock(probe, async (own) => {
      const lock = await probe.read(own, DETAIL)
      probe.check(lock.owned === true, `GET ${own}: our own lock is not owned`)
    })
  }),
  writes('PUT {E}/locks/{lock-id}', '7.17.5', async (probe) => {
    await withLock(probe, async (own) => {
      await probe.expect('PUT', own, { body: { lock_expiration: 60 }, status: 204 })
      await probe.refuse('PUT', own, [400], { body: {} })
      await probe.refuse('PUT', own.replace(/[^/]+$/, NOBODY), [404], { body: { lock_expiration: 60 } })
    })
  }),
  writes('DELETE {E}/locks/{lock-id}', '7.17.6', async (probe) => {
    await withLock(probe, (own) => expectRemoval(probe, own))
  }),
]
