import { type Check, disrupts, reads, writes } from '../check.ts'
import { NOBODY, type Probe } from '../probe.ts'
import { id, oneOf, shape } from '../shapes.ts'
import { idsOf, tokenRequest } from '../target.ts'
import { misfit } from '../validate.ts'
import { NotExercised, NotOffered } from '../verdict.ts'
import { at, listing } from './collections.ts'
import { idOf } from './creation.ts'

const CLEARING = shape({ status: oneOf('running', 'completed', 'failed', 'notRequested') })

async function linkOf(probe: Probe, collection: string, name: string): Promise<string> {
  const { path } = await probe.entityWith(collection)
  const { json } = await probe.ask('GET', `${path}/${collection}`)
  if (!(name in Object(json))) throw new NotOffered(`${path}/${collection} has no ${name}`)
  return `${path}/${collection}/${name}`
}

/** Asks an entity to forget something, and waits until it has. */
async function forget(probe: Probe, name: string): Promise<void> {
  const path = await linkOf(probe, 'clear-data', name)
  await probe.refuse('PUT', `/components/${NOBODY}/clear-data/${name}`, [404])
  const { status } = await probe.expect('PUT', path, { status: [202, 409], location: true })
  if (status !== 202) throw new NotExercised('nothing is to be forgotten now')
  const progress = path.replace(/[^/]+$/, 'status')
  const isOver = await probe.until(progress, ({ status }) => status !== 'running')
  const { status: end, type } = await probe.read(progress, CLEARING)
  probe.check(isOver && end === 'completed' && type === name, `GET ${progress}: ${name} is not completed`)
}

function clearing(name: string, clause: string): Check {
  return disrupts(`PUT {E}/clear-data/${name}`, clause, (probe) => forget(probe, name))
}

/** Clearing of data [17978-3 7.13]. */
export const CLEAR_DATA: readonly Check[] = [
  reads('GET {E}/clear-data', '7.13.2', listing('clear-data', shape({ status: id }))),
  clearing('cached-data', '7.13.3'),
  clearing('learned-data', '7.13.4'),
  disrupts('PUT {E}/clear-data/client-defined-resources', '7.13.5', async (probe) => {
    const { path } = await probe.entityWith('clear-data')
    const [first] = idsOf((await probe.ask('GET', `${path}/data`)).json)
    const made = await probe.ask('POST', `${path}/data-lists`, { body: { ids: [first] } })
    await forget(probe, 'client-defined-resources')
    if (made.status === 201) await probe.refuse('GET', at(`${path}/data-lists`, idOf(made)), [404])
  }),
  reads('GET {E}/clear-data/status', '7.13.6', async (probe) => {
    const { path } = await probe.entityWith('clear-data')
    await probe.read(`${path}/clear-data/status`, CLEARING, { includeSchema: true })
    await probe.refuse('GET', `/components/${NOBODY}/clear-data/status`, [404])
  }),
]

/** Asks for something that an entity has to be up for; nothing if it is not to be done now. */
async function askOf(probe: Probe, path: string, body?: object): Promise<boolean> {
  const request = { status: [202, 409], ...(body && { body }) }
  const { status, headers } = await probe.expect('PUT', path, request)
  if (status === 202) probe.check(headers.has('location'), `PUT ${path}: 202 without Location [6.2.5]`)
  return status === 202
}

async function expectReady(probe: Probe, path: string): Promise<void> {
  const isReady = await probe.until(path, ({ status }) => status === 'ready')
  probe.check(isReady, `GET ${path}: is not ready again within a minute`)
}

/** What is shut down is started again, where that can be asked for. */
async function startAgain(probe: Probe, status: string): Promise<void> {
  const { json } = await probe.ask('GET', status)
  if (!('start' in Object(json))) return
  if (await askOf(probe, `${status}/start`, {})) await expectReady(probe, status)
}

/** @param isDown whether the entity is to be shut down afterwards, and not ready again by itself */
function lifeCycle(name: string, clause: string, isDown: boolean): Check {
  return disrupts(`PUT {E}/status/${name}`, clause, async (probe) => {
    const path = await linkOf(probe, 'status', name)
    const status = path.replace(/\/[^/]+$/, '')
    const body = isDown ? undefined : {}
    await probe.refuse('PUT', `/components/${NOBODY}/status/${name}`, [404], body && { body })
    await expectReady(probe, status)
    if (!(await askOf(probe, path, body))) throw new NotExercised('is not to be done now')
    if (isDown) await startAgain(probe, status)
    else await expectReady(probe, status)
  })
}

/** Starting and stopping [17978-3 7.19]. */
export const STATUS: readonly Check[] = [
  reads('GET {E}/status', '7.19.2', listing('status', shape({ status: oneOf('ready', 'notReady') }))),
  disrupts('PUT {E}/status/start', '7.19.3', async (probe) => {
    const path = await linkOf(probe, 'status', 'start')
    const status = path.replace(/\/[^/]+$/, '')
    await probe.refuse('PUT', `/components/${NOBODY}/status/start`, [404], { body: {} })
    const { json } = await probe.ask('GET', status)
    const down = ['shutdown', 'force-shutdown'].find((name) => name in Object(json))
    if (down !== undefined) await askOf(probe, `${status}/${down}`)
    if (!(await askOf(probe, path, {}))) throw new NotExercised('the entity is not to be started now')
    await expectReady(probe, status)
  }),
  lifeCycle('restart', '7.19.4', false),
  lifeCycle('force-restart', '7.19.5', false),
  lifeCycle('shutdown', '7.19.6', true),
  lifeCycle('force-shutdown', '7.19.7', true),
]

const TOKEN = shape({
  access_token: { type: 'string', minLength: 1 },
  token_type: { type: 'string', pattern: '^[Bb]earer$' },
  expires_in: { type: 'number', exclusiveMinimum: 0 },
})

function access(path: string): Check {
  return writes(`POST ${path}`, '5.9', async (probe) => {
    const { client, access: known } = probe.target
    const asker = known?.anonymous ?? client
    const { status } = await asker.send('POST', path, { body: tokenRequest({ id: NOBODY, secret: NOBODY }) })
    if ([404, 405, 501].includes(status)) throw new NotOffered(`${status} at POST ${path}`)
    probe.check([400, 401, 403, 415].includes(status), `POST ${path}: wrong credentials were answered with ${status}`)
    if (!known) throw new NotExercised('no right credentials are known: give them with --client')
    const answer = await asker.send('POST', path, { body: tokenRequest(known.credentials) })
    const wrong = answer.status === 200 ? misfit(TOKEN, answer.json) : `${answer.status} ${answer.text.slice(0, 200)}`
    probe.check(wrong === undefined, `POST ${path}: expected a token, got ${wrong}`)
  })
}

/** Tokens, which the standard leaves to the maker. A server may count the attempts. */
export const ACCESS: readonly Check[] = [access('/authorize'), access('/token')]
