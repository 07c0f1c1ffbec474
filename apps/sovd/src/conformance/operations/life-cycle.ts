import { type Check, disrupts, reads, writes } from '../check.ts'
import { NOBODY, type Probe } from '../probe.ts'
import { id, oneOf, shape } from '../shapes.ts'
import { NotExercised, NotOffered } from '../verdict.ts'
import { listing } from './collections.ts'

const CLEARING = shape({ status: oneOf('running', 'completed', 'failed', 'notRequested') })

async function linkOf(probe: Probe, collection: string, name: string): Promise<string> {
  const { path } = await probe.entityWith(collection)
  const { json } = await probe.ask('GET', `${path}/${collection}`)
  if (!(name in Object(json))) throw new NotOffered(`${path}/${collection} has no ${name}`)
  return `${path}/${collection}/${name}`
}

function request(collection: string, clause: string, name: string, body?: object): Check {
  return disrupts(`PUT {E}/${collection}/${name}`, clause, async (probe) => {
    const path = await linkOf(probe, collection, name)
    await probe.refuse('PUT', `/components/${NOBODY}/${collection}/${name}`, [404], body && { body })
    const { status, headers } = await probe.expect('PUT', path, { status: [202, 409], ...(body && { body }) })
    if (status === 409) throw new NotExercised('is not to be done now')
    if (status === 202) probe.check(headers.has('location'), `PUT ${path}: 202 without Location [6.2.5]`)
  })
}

/** Clearing of data [17978-3 7.13]. */
export const CLEAR_DATA: readonly Check[] = [
  reads('GET {E}/clear-data', '7.13.2', listing('clear-data', shape({ status: id }))),
  request('clear-data', '7.13.3', 'cached-data'),
  request('clear-data', '7.13.4', 'learned-data'),
  request('clear-data', '7.13.5', 'client-defined-resources'),
  reads('GET {E}/clear-data/status', '7.13.6', async (probe) => {
    const { path } = await probe.entityWith('clear-data')
    await probe.read(`${path}/clear-data/status`, CLEARING, { includeSchema: true })
    await probe.refuse('GET', `/components/${NOBODY}/clear-data/status`, [404])
  }),
]

/** Starting and stopping [17978-3 7.19]. */
export const STATUS: readonly Check[] = [
  reads('GET {E}/status', '7.19.2', listing('status', shape({ status: oneOf('ready', 'notReady') }))),
  request('status', '7.19.3', 'start', {}),
  request('status', '7.19.4', 'restart', {}),
  request('status', '7.19.5', 'force-restart', {}),
  request('status', '7.19.6', 'shutdown'),
  request('status', '7.19.7', 'force-shutdown'),
]

function access(path: string): Check {
  return writes(`POST ${path}`, '5.9', async (probe) => {
    const body = { client_id: NOBODY, client_secret: NOBODY, grant_type: 'client_credentials' }
    const { status } = await probe.ask('POST', path, { body })
    if ([404, 405, 501].includes(status)) throw new NotOffered(`${status} at POST ${path}`)
    probe.check([400, 401, 403, 415].includes(status), `POST ${path}: wrong credentials were answered with ${status}`)
    throw new NotExercised('no right credentials are known')
  })
}

/** Tokens, which the standard leaves to the maker. A server may count the attempts. */
export const ACCESS: readonly Check[] = [access('/authorize'), access('/token')]
