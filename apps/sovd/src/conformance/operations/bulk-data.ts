import { isJsonObject } from '@opensovd/base'
import { type Check, disrupts, reads, writes } from '../check.ts'
import { NOBODY, type Probe } from '../probe.ts'
import { id, listOf, shape, text, texts } from '../shapes.ts'
import { idsOf } from '../target.ts'
import { NotExercised, NotOffered } from '../verdict.ts'
import { at, expectNone, listing } from './collections.ts'
import { idOf } from './data.ts'

const CATEGORIES = shape({ items: { type: 'array', items: text } })
const FILE = shape({ id, mimetype: text }, { name: text, size: { type: 'integer', minimum: 0 }, tags: texts })
const CONTENT = 'sovd conformance'
const UPLOAD = {
  body: new TextEncoder().encode(CONTENT),
  headers: {
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment; filename="conformance.bin"',
  },
}

async function categoriesOf(probe: Probe): Promise<readonly [path: string, first: string, ...others: string[]]> {
  const { path } = await probe.entityWith('bulk-data')
  const all = `${path}/bulk-data`
  return [all, ...(await probe.idsAt(all))]
}

/** A file of our own in the first category that takes one, for as long as `use` takes. */
async function withFile(probe: Probe, use: (path: string) => Promise<void>): Promise<void> {
  const [all, ...categories] = await categoriesOf(probe)
  for (const category of categories) {
    const path = at(all, category)
    const answer = await probe.ask('POST', path, UPLOAD)
    if (answer.status !== 201) continue
    probe.check(answer.headers.has('location'), `POST ${path}: 201 without Location [6.2.5]`)
    const own = at(path, idOf(answer.json))
    try {
      await use(own)
    } finally {
      await probe.ask('DELETE', own)
    }
    return
  }
  throw new NotOffered('no category takes files')
}

/** Bulk data [17978-3 7.20]. */
export const BULK_DATA: readonly Check[] = [
  reads('GET {E}/bulk-data', '7.20.2', listing('bulk-data', CATEGORIES, { includeSchema: true })),
  reads('GET {E}/bulk-data/{category}', '7.20.3', async (probe) => {
    const [all, first] = await categoriesOf(probe)
    await probe.read(at(all, first), listOf(FILE), { includeSchema: true })
    await expectNone(probe, `${at(all, first)}?tags=${NOBODY}`)
    await expectNone(probe, `${at(all, first)}?created-after=2999-01-01T00%3A00%3A00Z`)
    await probe.refuse('GET', at(all, NOBODY), [404])
  }),
  writes('POST {E}/bulk-data/{category}', '7.20.4', async (probe) => {
    const { path } = await probe.entityWith('bulk-data')
    await withFile(probe, async () => {})
    await probe.refuse('POST', `${path}/bulk-data/${NOBODY}`, [404, 405, 501], UPLOAD)
  }),
  disrupts('DELETE {E}/bulk-data/{category}', '7.20.6', async (probe) => {
    const deleted = shape({ deleted_ids: texts }, { errors: { type: 'array' } })
    const [all, ...categories] = await categoriesOf(probe)
    for (const category of categories) {
      const path = at(all, category)
      if ((await probe.ask('POST', path, UPLOAD)).status !== 201) continue
      await probe.expect('DELETE', path, { shape: deleted })
      return
    }
    throw new NotExercised('no category takes files, and others are left alone')
  }),
  reads('GET {E}/bulk-data/{category}/{bulk-data-id}', '7.20.5', async (probe) => {
    const [all, ...categories] = await categoriesOf(probe)
    const [first = ''] = categories
    await probe.refuse('GET', at(at(all, first), NOBODY), [404])
    for (const category of categories) {
      const [known] = idsOf((await probe.ask('GET', at(all, category))).json)
      if (known === undefined) continue
      const answer = await probe.expect('GET', at(at(all, category), known), { status: [200, 202, 307], stream: true })
      const { status, headers } = answer
      probe.check(status !== 202 || headers.has('retry-after'), `GET ${answer.path}: 202 without Retry-After`)
      probe.check(status !== 307 || headers.has('location'), `GET ${answer.path}: 307 without Location`)
      return
    }
    if (!probe.may('writes')) throw new NotExercised('there is no file')
    await withFile(probe, async (own) => {
      const { text: content } = await probe.expect('GET', own)
      probe.check(content === CONTENT, `GET ${own}: is not what was sent`)
    })
  }),
  writes('DELETE {E}/bulk-data/{category}/{bulk-data-id}', '7.20.7', async (probe) => {
    await withFile(probe, async (own) => {
      await probe.expect('DELETE', own, { status: 204 })
      await probe.refuse('GET', own, [404])
    })
  }),
]

const UPDATE = shape({ update_name: text, size: { type: 'number' } }, { notes: text, automated: { type: 'boolean' } })
const PROGRESS = shape({
  phase: { enum: ['prepare', 'execute'] },
  status: { enum: ['pending', 'inProgress', 'failed', 'completed'] },
})

async function updatesOf(probe: Probe): Promise<readonly [string, ...string[]]> {
  const { status, json } = await probe.ask('GET', '/updates')
  if (status !== 200) throw new NotOffered(`${status} at GET /updates`)
  const [first, ...others] = idsOf(json)
  if (first === undefined) throw new NotExercised('there are no updates')
  return [first, ...others]
}

function step(name: string): Check {
  return disrupts(`PUT /updates/{update-package-id}/${name}`, '7.18.6', async (probe) => {
    const [first] = await updatesOf(probe)
    await probe.refuse('PUT', `/updates/${NOBODY}/${name}`, [404])
    const { status } = await probe.expect('PUT', `${at('/updates', first)}/${name}`, { status: [202, 409] })
    if (status === 409) throw new NotExercised(`the update is not to be ${name}d now`)
  })
}

/** Updates [17978-3 7.18]. */
export const UPDATES: readonly Check[] = [
  reads('GET /updates', '7.18.2', async (probe) => {
    const { status } = await probe.ask('GET', '/updates')
    if (status !== 200) throw new NotOffered(`${status} at GET /updates`)
    await probe.read('/updates', shape({ items: { type: 'array', items: id } }))
    await expectNone(probe, `/updates?target-version=${NOBODY}`)
    await probe.refuse('GET', `/updates/${NOBODY}`, [404])
  }),
  disrupts('POST /updates', '7.18.4', async (probe) => {
    const { status } = await probe.ask('GET', '/updates')
    if (status !== 200) throw new NotOffered(`${status} at GET /updates`)
    throw new NotExercised('what an update package looks like is the maker’s own')
  }),
  reads('GET /updates/{update-package-id}', '7.18.3', async (probe) => {
    for (const each of await updatesOf(probe)) await probe.read(at('/updates', each), UPDATE, { includeSchema: true })
    await probe.refuse('GET', `/updates/${NOBODY}`, [404])
  }),
  disrupts('DELETE /updates/{update-package-id}', '7.18.5', async (probe) => {
    await updatesOf(probe)
    await probe.refuse('DELETE', `/updates/${NOBODY}`, [404, 405])
    throw new NotExercised('the packages that are there are left alone')
  }),
  step('automated'),
  step('execute'),
  step('prepare'),
  reads('GET /updates/{update-package-id}/status', '7.18.7', async (probe) => {
    const [first] = await updatesOf(probe)
    await probe.refuse('GET', `/updates/${NOBODY}/status`, [404])
    const path = `${at('/updates', first)}/status`
    const { status, json } = await probe.ask('GET', path)
    if (status === 404 && isJsonObject(json)) throw new NotExercised('nothing was done with the update yet')
    await probe.read(path, PROGRESS)
  }),
]
