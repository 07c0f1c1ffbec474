import { isJsonObject } from '@opensovd/base'
import { type Check, reads, writes } from '../check.ts'
import { NOBODY, type Probe } from '../probe.ts'
import { any, CATEGORY, DATA_ERROR, id, listOf, shape, text, texts } from '../shapes.ts'
import { idsOf } from '../target.ts'
import { NotExercised } from '../verdict.ts'
import { at, expectNone, items, itemsOf, listing } from './collections.ts'
import { expectRemoval, useCreated } from './creation.ts'

const ITEM = shape({ id, name: text, category: CATEGORY }, { groups: texts, tags: texts })
const VALUE = shape({ id, data: any }, { errors: { type: 'array', items: DATA_ERROR } })
const DATA_LIST = shape({ id, items: { type: 'array' } })
/** Values that are written back, until one can be. */
const MAX_TRIES = 20

/** A list of values of our own, for as long as `use` takes. */
async function withDataList(probe: Probe, use: (path: string) => Promise<void>): Promise<void> {
  const { path } = await probe.entityWith('data-lists')
  const [first] = await probe.idsAt(`${path}/data`)
  const answer = await probe.expect('POST', `${path}/data-lists`, {
    body: { ids: [first] },
    status: 201,
    shape: shape({ id }),
    location: true,
  })
  await useCreated(probe, `${path}/data-lists`, answer, use)
}

async function expectFiltered(probe: Probe, path: string, name: string, attribute: string): Promise<void> {
  const all = itemsOf((await probe.ask('GET', path)).json)
  const wanted = all.map((item) => item[attribute]).find((value) => typeof value === 'string')
  if (typeof wanted !== 'string') return
  const narrowed = itemsOf((await probe.expect('GET', `${path}?${name}=${encodeURIComponent(wanted)}`)).json)
  const expected = all.filter((item) => item[attribute] === wanted).length
  const isRight = narrowed.length === expected && narrowed.every((item) => item[attribute] === wanted)
  probe.check(isRight, `${path}?${name}=${wanted}: expected the ${expected} items of it, got ${narrowed.length}`)
}

/** Data [17978-3 7.9]. */
export const DATA: readonly Check[] = [
  reads('GET {E}/data-categories', '7.9.2.1', listing('data-categories', listOf(shape({ item: CATEGORY })))),
  reads(
    'GET {E}/data-groups',
    '7.9.2.2',
    listing('data-groups', listOf(shape({ id, category: CATEGORY })), { tags: true }),
  ),
  reads(
    'GET {E}/data',
    '7.9.3',
    listing('data', listOf(ITEM), {
      includeSchema: true,
      tags: true,
      async also(probe, path) {
        await expectFiltered(probe, path, 'category', 'category')
        await expectNone(probe, `${path}?groups=${NOBODY}`)
      },
    }),
  ),
  reads('GET {E}/data/{data-id}', '7.9.4', items('data', VALUE, { includeSchema: true })),
  writes('PUT {E}/data/{data-id}', '7.9.6', async (probe) => {
    const { path } = await probe.entityWith('data')
    const ids = await probe.idsAt(`${path}/data`)
    await probe.refuse('PUT', at(`${path}/data`, NOBODY), [404], { body: { data: 0 } })
    for (const each of ids.slice(0, MAX_TRIES)) {
      const value = at(`${path}/data`, each)
      const { json } = await probe.ask('GET', value)
      if (!isJsonObject(json) || json.data === undefined) continue
      const written = await probe.ask('PUT', value, { body: { data: json.data } })
      if (written.status !== 204) continue
      await probe.expect('PUT', value, { body: { data: json.data }, status: 204 })
      await probe.refuse('PUT', value, [400], { body: {} })
      return
    }
    throw new NotExercised('none of its values can be written')
  }),
  reads('GET {E}/data-lists', '7.9.5.1', listing('data-lists', listOf(shape({ id })), { tags: true })),
  writes('POST {E}/data-lists', '7.9.5.2', async (probe) => {
    const { path } = await probe.entityWith('data-lists')
    await probe.refuse('POST', `${path}/data-lists`, [400], { body: { ids: [NOBODY] } })
    await withDataList(probe, async () => {})
  }),
  reads('GET {E}/data-lists/{data-list-id}', '7.9.5.3', async (probe) => {
    const { path } = await probe.entityWith('data-lists')
    await probe.refuse('GET', at(`${path}/data-lists`, NOBODY), [404])
    const [known] = idsOf((await probe.ask('GET', `${path}/data-lists`)).json)
    if (known !== undefined) await probe.read(at(`${path}/data-lists`, known), DATA_LIST, { includeSchema: true })
    else if (!probe.may('writes')) throw new NotExercised('there is no list of values')
    else await withDataList(probe, async (own) => void (await probe.read(own, DATA_LIST, { includeSchema: true })))
  }),
  writes('DELETE {E}/data-lists/{data-list-id}', '7.9.5.4', async (probe) => {
    await withDataList(probe, (own) => expectRemoval(probe, own))
  }),
]
