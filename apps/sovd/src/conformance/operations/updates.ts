import { createHash, randomUUID } from 'node:crypto'
import { isJsonObject, type JsonObject } from '@opensovd/base'
import { type Check, disrupts, reads } from '../check.ts'
import { NOBODY, type Probe } from '../probe.ts'
import { id, shape, text } from '../shapes.ts'
import { idsOf } from '../target.ts'
import { NotExercised, NotOffered } from '../verdict.ts'
import { CONTENT, type OwnFile, withFile } from './bulk-data.ts'
import { at, expectNone } from './collections.ts'
import { tryToCreate, useCreated } from './creation.ts'

const UPDATE = shape({ update_name: text, size: { type: 'number' } }, { notes: text, automated: { type: 'boolean' } })
const PROGRESS = shape({
  phase: { enum: ['prepare', 'execute'] },
  status: { enum: ['pending', 'inProgress', 'failed', 'completed'] },
})

async function listed(probe: Probe): Promise<readonly string[]> {
  const { status, json } = await probe.ask('GET', '/updates')
  if (status !== 200) throw new NotOffered(`${status} at GET /updates`)
  return idsOf(json)
}

/**
 * A package in the form of our own updates (docs/updates.md): a file that is put into a folder of its component. Each is
 * of a version of its own, since a component may refuse the version that it uses.
 */
function manifest(component: string, { category, id: file }: OwnFile, automated: boolean): JsonObject {
  const payload = {
    bulk_data: { category, id: file },
    size: CONTENT.length,
    sha256: createHash('sha256').update(CONTENT).digest('hex'),
  }
  const parts = [{ component, payload, install: { kind: 'file', name: 'conformance.bin' } }]
  return { id: 'sovd-conformance', update_name: 'Conformance', version: `0.0.0-${randomUUID()}`, automated, parts }
}

/** A package of our own, for as long as `use` takes. */
async function withOwn(probe: Probe, automated: boolean, use: (path: string) => Promise<void>): Promise<void> {
  await listed(probe)
  const component = await probe.entityWith('bulk-data', ['components'])
  await withFile(probe, async (_, file) => {
    const request = { body: manifest(component.id, file, automated) }
    await useCreated(probe, '/updates', await tryToCreate(probe, '/updates', request, 'package'), use)
  })
}

/** A package of our own where that can be had, or else the first one that is there. */
async function withAny(probe: Probe, use: (path: string) => Promise<void>): Promise<void> {
  const [first] = await listed(probe)
  if (first !== undefined) return use(at('/updates', first))
  if (!probe.may('disrupts')) throw new NotExercised('there are no updates')
  await withOwn(probe, false, use)
}

/** Begins a phase, and waits until it is over. */
async function expectPhase(probe: Probe, own: string, name: string, phase = name): Promise<void> {
  await probe.expect('PUT', `${own}/${name}`, { status: 202, location: true })
  const isOver = ({ phase: now, status }: JsonObject) =>
    status === 'failed' || (now === phase && status === 'completed')
  await probe.until(`${own}/status`, isOver)
  const { phase: last, status } = await probe.read(`${own}/status`, PROGRESS)
  const isDone = last === phase && status === 'completed'
  probe.check(isDone, `PUT ${own}/${name}: expected ${phase} to be completed, got ${last} ${status}`)
}

function step(name: string, automated: boolean, run: (probe: Probe, own: string) => Promise<void>): Check {
  return disrupts(`PUT /updates/{update-package-id}/${name}`, '7.18.6', async (probe) => {
    await listed(probe)
    await probe.refuse('PUT', `/updates/${NOBODY}/${name}`, [404])
    await withOwn(probe, automated, (own) => run(probe, own))
  })
}

/** Updates [17978-3 7.18]. */
export const UPDATES: readonly Check[] = [
  reads('GET /updates', '7.18.2', async (probe) => {
    await listed(probe)
    await probe.read('/updates', shape({ items: { type: 'array', items: id } }))
    await expectNone(probe, `/updates?target-version=${NOBODY}`)
    await probe.refuse('GET', `/updates/${NOBODY}`, [404])
  }),
  disrupts('POST /updates', '7.18.4', async (probe) => {
    await withOwn(probe, false, async (own) => {
      const [, , mine = ''] = own.split('/')
      probe.check((await listed(probe)).includes(decodeURIComponent(mine)), 'GET /updates: has not what was added')
      await probe.refuse('POST', '/updates', [400], { body: {} })
    })
  }),
  reads('GET /updates/{update-package-id}', '7.18.3', async (probe) => {
    await withAny(probe, async (path) => void (await probe.read(path, UPDATE, { includeSchema: true })))
    await probe.refuse('GET', `/updates/${NOBODY}`, [404])
  }),
  disrupts('DELETE /updates/{update-package-id}', '7.18.5', async (probe) => {
    await withOwn(probe, false, async (own) => {
      await probe.expect('DELETE', own, { status: 204 })
      await probe.refuse('GET', own, [404])
    })
    await probe.refuse('DELETE', `/updates/${NOBODY}`, [404, 405])
  }),
  step('automated', true, async (probe, own) => {
    await expectPhase(probe, own, 'automated', 'execute')
    await probe.ask('DELETE', own)
    await withOwn(probe, false, async (other) => {
      const { json } = await probe.refuse('PUT', `${other}/automated`, [409])
      const code = isJsonObject(json) ? json.error_code : undefined
      probe.check(code === 'update-automated-not-supported', `PUT ${other}/automated: error_code is ${code} [5.8.3]`)
    })
  }),
  step('execute', false, async (probe, own) => {
    await expectPhase(probe, own, 'prepare')
    await expectPhase(probe, own, 'execute')
  }),
  step('prepare', false, (probe, own) => expectPhase(probe, own, 'prepare')),
  reads('GET /updates/{update-package-id}/status', '7.18.7', async (probe) => {
    await withAny(probe, async (path) => {
      const { status, json } = await probe.ask('GET', `${path}/status`)
      if (status === 404 && isJsonObject(json)) throw new NotExercised('nothing was done with the update yet')
      await probe.read(`${path}/status`, PROGRESS)
    })
    await probe.refuse('GET', `/updates/${NOBODY}/status`, [404])
  }),
]
