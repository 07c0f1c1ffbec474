import { type Check, reads, writes } from '../check.ts'
import { NOBODY, type Probe } from '../probe.ts'
import { DATA_ERROR, flag, id, listOf, oneOf, type Shape, shape, text, texts } from '../shapes.ts'
import { idsOf } from '../target.ts'
import { misfit } from '../validate.ts'
import { NotExercised } from '../verdict.ts'
import { at, items, itemsOf, listing } from './collections.ts'
import { expectRemoval, idOf, useCreated } from './creation.ts'

const OPERATION = shape(
  { id, proximity_proof_required: flag, asynchronous_execution: flag },
  { name: text, translation_id: text, tags: texts },
)
const STARTED = shape({ id }, { status: text })
const EXECUTION = shape(
  { status: oneOf('running', 'completed', 'failed', 'stopped') },
  { capability: text, error: { type: 'array', items: DATA_ERROR } },
)
const IDS: Shape = shape({ items: { type: 'array', items: id } })

/** The executions of each operation that anybody may start and that runs on. */
async function allExecutions(probe: Probe): Promise<readonly [string, ...string[]]> {
  const { path } = await probe.entityWith('operations')
  const operations = itemsOf((await probe.ask('GET', `${path}/operations`)).json)
  const suited = operations.filter(
    (each) => each.asynchronous_execution === true && each.proximity_proof_required === false,
  )
  const [first, ...others] = suited.flatMap(({ id: operation }) =>
    typeof operation === 'string' ? [`${at(`${path}/operations`, operation)}/executions`] : [],
  )
  if (first === undefined) throw new NotExercised('no operation runs on and needs no proof of proximity')
  return [first, ...others]
}

async function executionsOf(probe: Probe): Promise<string> {
  const [first] = await allExecutions(probe)
  return first
}

/** An execution of our own, for as long as `use` takes. */
async function withExecution(probe: Probe, use: (path: string) => Promise<void>, of?: string): Promise<void> {
  const path = of ?? (await executionsOf(probe))
  const answer = await probe.expect('POST', path, { body: {}, status: [200, 202] })
  if (answer.status !== 202) throw new NotExercised('the operation could not be started, or does not run on')
  await useCreated(probe, path, answer, use)
}

/** Operations [17978-3 7.14]. */
export const OPERATIONS: readonly Check[] = [
  reads('GET {E}/operations', '7.14.3', listing('operations', listOf(OPERATION), { includeSchema: true, tags: true })),
  reads(
    'GET {E}/operations/{operation-id}',
    '7.14.5',
    items('operations', shape({ item: OPERATION }), { includeSchema: true }),
  ),
  reads('GET {E}/operations/{operation-id}/executions', '7.14.4', async (probe) => {
    const { path } = await probe.entityWith('operations')
    const [operation] = await probe.idsAt(`${path}/operations`)
    await probe.read(`${at(`${path}/operations`, operation)}/executions`, IDS)
    await probe.refuse('GET', `${path}/operations/${NOBODY}/executions`, [404])
  }),
  writes('POST {E}/operations/{operation-id}/executions', '7.14.6', async (probe) => {
    const path = await executionsOf(probe)
    const answer = await probe.expect('POST', path, { body: {}, status: [200, 202] })
    if (answer.status === 202) {
      probe.check(answer.headers.has('location'), `POST ${path}: 202 without Location [6.2.5]`)
      const own = at(path, idOf(answer))
      await probe.read(own, EXECUTION)
      await probe.ask('DELETE', own)
    }
    const unknown = path.replace(/[^/]+\/executions$/, `${NOBODY}/executions`)
    await probe.refuse('POST', unknown, [404], { body: {} })
    await probe.refuse('POST', path, [400], { body: [] })
  }),
  reads('GET {E}/operations/{operation-id}/executions/{execution-id}', '7.14.7', async (probe) => {
    const path = await executionsOf(probe)
    await probe.refuse('GET', at(path, NOBODY), [404])
    const [known] = idsOf((await probe.ask('GET', path)).json)
    if (known !== undefined) await probe.read(at(path, known), EXECUTION, { includeSchema: true })
    else if (!probe.may('writes')) throw new NotExercised('there is no execution')
    else await withExecution(probe, async (own) => void (await probe.read(own, EXECUTION, { includeSchema: true })))
  }),
  writes('PUT {E}/operations/{operation-id}/executions/{execution-id}', '7.14.9', async (probe) => {
    let isStopped = false
    for (const path of await allExecutions(probe)) {
      if (isStopped) return
      const stop = async (own: string) => {
        await probe.refuse('PUT', own, [400], { body: {} })
        await probe.refuse('PUT', at(path, NOBODY), [404], { body: { capability: 'stop' } })
        const answer = await probe.expect('PUT', own, { body: { capability: 'stop' }, status: [202, 409] })
        isStopped = answer.status === 202
        if (!isStopped) return
        const wrong = misfit(STARTED, answer.json)
        probe.check(wrong === undefined, `PUT ${own}: ${wrong}`)
        probe.check(answer.headers.has('location'), `PUT ${own}: 202 without Location [6.2.5]`)
      }
      await withExecution(probe, stop, path)
    }
    if (!isStopped) throw new NotExercised('all executions were over before they could be stopped')
  }),
  writes('DELETE {E}/operations/{operation-id}/executions/{execution-id}', '7.14.8', async (probe) => {
    await withExecution(probe, (own) => expectRemoval(probe, own))
  }),
]
