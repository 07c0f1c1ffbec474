import { isJsonObject } from '@opensovd/base'
import { type Check, disrupts, reads, writes } from '../check.ts'
import { NOBODY, type Probe } from '../probe.ts'
import { id, listOf, shape, text, texts } from '../shapes.ts'
import { idsOf } from '../target.ts'
import { NotExercised, NotOffered } from '../verdict.ts'
import { at, expectNone, itemsOf, listing } from './collections.ts'
import { expectRemoval, idOf, useCreated } from './creation.ts'

const CATEGORIES = shape({ items: { type: 'array', items: text } })
const FILE = shape({ id, mimetype: text }, { name: text, size: { type: 'integer', minimum: 0 }, tags: texts })
export const CONTENT = 'sovd conformance'
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

/** A file of our own, and where it is. */
export interface OwnFile {
  readonly path: string
  readonly category: string
  readonly id: string
}

/** A file of our own in the first category that takes one, for as long as `use` takes. */
export async function withFile(probe: Probe, use: (path: string, file: OwnFile) => Promise<void>): Promise<void> {
  const [all, ...categories] = await categoriesOf(probe)
  for (const category of categories) {
    const path = at(all, category)
    const answer = await probe.ask('POST', path, UPLOAD)
    if (answer.status !== 201) continue
    probe.check(answer.headers.has('location'), `POST ${path}: 201 without Location [6.2.5]`)
    await useCreated(probe, path, answer, (own) => use(own, { path: own, category, id: idOf(answer) }))
    return
  }
  throw new NotOffered('no category takes files')
}

/** All of a file of ours, and a part of it where the server has parts [RFC 9110 14]. */
async function expectContent(probe: Probe, own: string): Promise<void> {
  const accept = { accept: '*/*' }
  const { text: content } = await probe.expect('GET', own, { headers: accept })
  probe.check(content === CONTENT, `GET ${own}: is not what was sent`)
  const part = await probe.expect('GET', own, { headers: { ...accept, range: 'bytes=0-3' }, status: [200, 206] })
  const expected = part.status === 206 ? CONTENT.slice(0, 4) : CONTENT
  probe.check(part.text === expected, `GET ${own}: the part of it is not that part`)
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
    await withFile(probe, async (own, { id: fileId }) => {
      const category = own.replace(/\/[^/]+$/, '')
      const listed = itemsOf(await probe.read(category, listOf(FILE))).find((item) => item.id === fileId)
      const { name, size = CONTENT.length } = listed ?? {}
      const isRight = name === 'conformance.bin' && size === CONTENT.length
      probe.check(isRight, `GET ${category}: does not list what was sent, or otherwise`)
    })
    await probe.refuse('POST', `${path}/bulk-data/${NOBODY}`, [404, 405, 501], UPLOAD)
  }),
  disrupts('DELETE {E}/bulk-data/{category}', '7.20.6', async (probe) => {
    const deleted = shape({ deleted_ids: texts }, { errors: { type: 'array' } })
    const [all, ...categories] = await categoriesOf(probe)
    for (const category of categories) {
      const path = at(all, category)
      const added = await probe.ask('POST', path, UPLOAD)
      if (added.status !== 201) continue
      const own = idOf(added)
      const { json } = await probe.expect('DELETE', path, { shape: deleted })
      const ids = isJsonObject(json) && Array.isArray(json.deleted_ids) ? json.deleted_ids : []
      probe.check(ids.includes(own), `DELETE ${path}: does not say that ${own} is deleted`)
      await probe.refuse('GET', at(path, own), [404])
      await probe.refuse('DELETE', at(all, NOBODY), [404, 405, 501])
      return
    }
    throw new NotExercised('no category takes files, and others are left alone')
  }),
  reads('GET {E}/bulk-data/{category}/{bulk-data-id}', '7.20.5', async (probe) => {
    const [all, ...categories] = await categoriesOf(probe)
    const [first = ''] = categories
    await probe.refuse('GET', at(at(all, first), NOBODY), [404])
    if (probe.may('writes')) return withFile(probe, (own) => expectContent(probe, own))
    for (const category of categories) {
      const [known] = idsOf((await probe.ask('GET', at(all, category))).json)
      if (known === undefined) continue
      const answer = await probe.expect('GET', at(at(all, category), known), { status: [200, 202, 307], stream: true })
      const { status, headers } = answer
      probe.check(status !== 202 || headers.has('retry-after'), `GET ${answer.path}: 202 without Retry-After`)
      probe.check(status !== 307 || headers.has('location'), `GET ${answer.path}: 307 without Location`)
      return
    }
    throw new NotExercised('there is no file')
  }),
  writes('DELETE {E}/bulk-data/{category}/{bulk-data-id}', '7.20.7', async (probe) => {
    await withFile(probe, (own) => expectRemoval(probe, own))
  }),
]
