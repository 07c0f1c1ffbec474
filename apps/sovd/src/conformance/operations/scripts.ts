import { isJsonObject, type JsonObject } from '@opensovd/base'
import { type Check, reads, writes } from '../check.ts'
import { NOBODY, type Probe } from '../probe.ts'
import { DATA_ERROR, flag, id, listOf, oneOf, shape, text, texts } from '../shapes.ts'
import { idsOf } from '../target.ts'
import { NotExercised } from '../verdict.ts'
import { at, expectNone } from './collections.ts'
import { expectRemoval, idOf, tryToCreate, useCreated } from './creation.ts'

const SCRIPT = shape({ id, proximity_proof_required: flag }, { name: text, tags: texts })
const SCRIPTS_BODY = listOf(SCRIPT)
const DETAIL = shape({ item: SCRIPT }, { source: text })
const STATUS = oneOf('prepared', 'running', 'completed', 'failed', 'terminated')
const STARTED = shape({ id }, { status: STATUS })
const RUN = shape({ status: STATUS }, { last_started: text, error: { type: 'array', items: DATA_ERROR } })
const IDS = shape({ items: { type: 'array', items: id } })

const HEADERS = { 'content-type': 'text/javascript', 'content-disposition': 'attachment; filename="conformance.mjs"' }
/** A script in the form of ours (docs/scripts.md): ends at once, or when it is asked to. */
const MODULE = `export default ({ parameters, signal }) => new Promise((resolve) => {
  if (!parameters?.waits || signal.aborted) return resolve('done')
  signal.addEventListener('abort', () => resolve('stopped'))
})
`
const UPLOAD = { body: MODULE, headers: HEADERS }

async function scriptsOf(probe: Probe): Promise<string> {
  const { path } = await probe.entityWith('scripts')
  return `${path}/scripts`
}

/** A script of our own, for as long as `use` takes. */
async function withScript(probe: Probe, use: (path: string) => Promise<void>): Promise<void> {
  const all = await scriptsOf(probe)
  await useCreated(probe, all, await tryToCreate(probe, all, UPLOAD, 'script'), use)
}

/** A script of our own where we may, or else the first one that is there. */
async function withAny(probe: Probe, use: (path: string) => Promise<void>): Promise<void> {
  if (probe.may('writes')) return withScript(probe, use)
  const all = await scriptsOf(probe)
  const [known] = await probe.idsAt(all)
  await use(at(all, known))
}

interface Run {
  readonly script: string
  readonly path: string
}

const isOver = ({ status }: JsonObject) => status !== 'running' && status !== 'prepared'

/** A run of a script of ours, for as long as `use` takes. */
async function withRun(probe: Probe, waits: boolean, use: (run: Run) => Promise<void>): Promise<void> {
  await withScript(probe, async (script) => {
    const all = `${script}/executions`
    const body = { execution_type: 'now', parameters: { waits } }
    const answer = await probe.expect('POST', all, { body, status: 202, shape: STARTED, location: true })
    if (answer.status !== 202) throw new NotExercised('the server does not run our script')
    const path = at(all, idOf(answer))
    try {
      await use({ script, path })
    } finally {
      const { json } = await probe.ask('GET', path)
      if (isJsonObject(json) && json.status === 'running') {
        await probe.ask('PUT', path, { body: { action: 'forced_termination' } })
        await probe.until(path, isOver)
      }
      await probe.ask('DELETE', path)
    }
  })
}

/** Scripts [17978-3 7.15]. */
export const SCRIPTS: readonly Check[] = [
  reads('GET {E}/scripts', '7.15.2', async (probe) => {
    const all = await scriptsOf(probe)
    await probe.read(all, SCRIPTS_BODY, { includeSchema: true })
    await expectNone(probe, `${all}?tags=${NOBODY}`)
    await probe.refuse('GET', `/components/${NOBODY}/scripts`, [404])
  }),
  writes('POST {E}/scripts', '7.15.4', async (probe) => {
    await withScript(probe, async (own) => {
      const all = own.replace(/\/[^/]+$/, '')
      const isListed = idsOf(await probe.read(all, SCRIPTS_BODY)).some((each) => at(all, each) === own)
      probe.check(isListed, `GET ${all}: does not list what was added`)
    })
    await probe.refuse('POST', `/components/${NOBODY}/scripts`, [404], UPLOAD)
  }),
  reads('GET {E}/scripts/{script-id}', '7.15.3', async (probe) => {
    await probe.refuse('GET', at(await scriptsOf(probe), NOBODY), [404])
    await withAny(probe, async (own) => void (await probe.read(own, DETAIL, { includeSchema: true })))
  }),
  writes('DELETE {E}/scripts/{script-id}', '7.15.5', async (probe) => {
    await withScript(probe, (own) => expectRemoval(probe, own))
  }),
  reads('GET {E}/scripts/{script-id}/executions', '7.15.7', async (probe) => {
    await probe.refuse('GET', `${await scriptsOf(probe)}/${NOBODY}/executions`, [404])
    await withAny(probe, async (own) => void (await probe.read(`${own}/executions`, IDS)))
  }),
  writes('POST {E}/scripts/{script-id}/executions', '7.15.6', async (probe) => {
    await withRun(probe, false, async ({ script, path }) => {
      const all = `${script}/executions`
      const isListed = idsOf(await probe.read(all, IDS)).some((each) => at(all, each) === path)
      probe.check(isListed, `GET ${all}: does not list what was started`)
      await probe.refuse('POST', all, [400], { body: { execution_type: NOBODY } })
      const unknown = `${script.replace(/[^/]+$/, NOBODY)}/executions`
      await probe.refuse('POST', unknown, [404], { body: { execution_type: 'now' } })
    })
  }),
  writes('GET {E}/scripts/{script-id}/executions/{execution-id}', '7.15.8', async (probe) => {
    await withRun(probe, false, async ({ script, path }) => {
      await probe.until(path, isOver)
      const { status } = await probe.read(path, RUN, { includeSchema: true })
      probe.check(status === 'completed', `GET ${path}: expected it to be completed, got ${status}`)
      await probe.refuse('GET', at(`${script}/executions`, NOBODY), [404])
    })
  }),
  writes('PUT {E}/scripts/{script-id}/executions/{execution-id}', '7.15.9', async (probe) => {
    await withRun(probe, true, async ({ script, path }) => {
      const stop = { body: { action: 'stop' } }
      await probe.refuse('PUT', path, [400], { body: {} })
      await probe.refuse('PUT', at(`${script}/executions`, NOBODY), [404], stop)
      await probe.expect('PUT', path, { ...stop, status: [202, 204] })
      probe.check(await probe.until(path, isOver), `GET ${path}: runs on after it was asked to stop`)
    })
  }),
  writes('DELETE {E}/scripts/{script-id}/executions/{execution-id}', '7.15.10', async (probe) => {
    await withRun(probe, false, async ({ path }) => {
      await probe.until(path, isOver)
      await expectRemoval(probe, path)
    })
  }),
]
