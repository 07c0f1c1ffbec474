import { isJsonObject, type JsonObject } from '@opensovd/base'
import { type Check, reads, writes } from '../check.ts'
import { NOBODY, type Probe } from '../probe.ts'
import { flag, id, listOf, object, oneOf, type Shape, shape, text } from '../shapes.ts'
import { idsOf } from '../target.ts'
import { NotExercised, NotOffered } from '../verdict.ts'
import { at, itemsOf, listing } from './collections.ts'
import { useCreated } from './creation.ts'

const SEVERITIES = ['fatal', 'error', 'warn', 'info', 'debug'] as const
const ENTRY = shape({ timestamp: text, context: object, severity: oneOf(...SEVERITIES), msg: text })

async function pathOfLogs(probe: Probe, name: string): Promise<string> {
  const { path } = await probe.entityWith('logs')
  const { json } = await probe.ask('GET', `${path}/logs`)
  if (isJsonObject(json) && !(name in json)) throw new NotOffered(`${path}/logs has no ${name}`)
  return `${path}/logs/${name}`
}

/** A configuration of our own, of a context that something was logged in, for as long as `use` takes. */
async function withConfig(probe: Probe, path: string, use: (item: JsonObject) => Promise<void>): Promise<void> {
  const { json } = await probe.ask('GET', path)
  const kept = isJsonObject(json) && Array.isArray(json.contexts) ? json.contexts : []
  const logged = itemsOf((await probe.ask('GET', path.replace(/config$/, 'entries'))).json)
  const context = kept.filter(isJsonObject).at(0)?.context ?? logged.at(0)?.context
  if (context === undefined) throw new NotExercised('no context is known: nothing was logged yet')
  const item = { context, severity: 'info' }
  await probe.expect('PUT', path, { body: { items: [item] }, status: 204 })
  try {
    await use(item)
  } finally {
    if (kept.length > 0) await probe.ask('PUT', path, { body: { items: kept } })
    else await probe.ask('DELETE', path)
  }
}

/** Logs [17978-3 7.21]. */
export const LOGS: readonly Check[] = [
  reads('GET {E}/logs', '7.21.2', listing('logs', shape({ entries: id }, { config: id }))),
  reads('GET {E}/logs/entries', '7.21.3', async (probe) => {
    const path = await pathOfLogs(probe, 'entries')
    await probe.read(path, listOf(ENTRY), { includeSchema: true })
    await probe.expect('GET', `${path}?severity=error`, { shape: listOf(ENTRY) })
    await probe.refuse('GET', `${path}?severity=${NOBODY}`, [400])
    await probe.refuse('GET', `/components/${NOBODY}/logs/entries`, [404])
  }),
  reads('GET {E}/logs/config', '7.21.4', async (probe) => {
    await probe.read(await pathOfLogs(probe, 'config'), object)
    await probe.refuse('GET', `/components/${NOBODY}/logs/config`, [404])
  }),
  writes('PUT {E}/logs/config', '7.21.5', async (probe) => {
    const path = await pathOfLogs(probe, 'config')
    await probe.refuse('PUT', path, [400], { body: { items: [{ severity: NOBODY }] } })
    await withConfig(probe, path, async (item) => {
      const { contexts } = await probe.read(path, shape({ contexts: { type: 'array' } }))
      const put = Array.isArray(contexts) ? contexts.filter(isJsonObject) : []
      const isThere = put.some(({ severity }) => severity === item.severity)
      probe.check(isThere, `GET ${path}: has not what was put`)
    })
  }),
  writes('DELETE {E}/logs/config', '7.21.6', async (probe) => {
    const path = await pathOfLogs(probe, 'config')
    await probe.refuse('DELETE', `/components/${NOBODY}/logs/config`, [404])
    await withConfig(probe, path, async () => {
      await probe.expect('DELETE', path, { status: 204 })
      await probe.refuse('DELETE', path, [404])
    })
  }),
]

const COMMUNICATION_LOG = shape({ id, status: oneOf('active', 'inactive') }, { stream: flag, log: text })
/** The template has a bare array, everything else of the standard a list of items. */
const COMMUNICATION_LOGS: Shape = { anyOf: [{ type: 'array' }, shape({ items: { type: 'array' } })] }

/** A communication log of our own, for as long as `use` takes. */
async function withCommunicationLog(probe: Probe, use: (path: string) => Promise<void>): Promise<void> {
  const { path } = await probe.entityWith('communication-logs')
  const all = `${path}/communication-logs`
  const answer = await probe.ask('POST', all, { body: {} })
  if (answer.status === 405 || answer.status === 501) throw new NotOffered(`${answer.status} at POST ${all}`)
  if (answer.status === 400) throw new NotExercised('the configuration of a log is the maker’s own, and not known here')
  probe.check([200, 201].includes(answer.status), `POST ${all}: expected 200 or 201, got ${answer.status}`)
  probe.check(answer.headers.has('location'), `POST ${all}: ${answer.status} without Location [6.2.5]`)
  await useCreated(probe, all, answer, use)
}

/** Communication logs [17978-3 7.22]. */
export const COMMUNICATION_LOGS_CHECKS: readonly Check[] = [
  reads('GET {E}/communication-logs', '7.22.2', listing('communication-logs', COMMUNICATION_LOGS)),
  writes('POST {E}/communication-logs', '7.22.3', async (probe) => {
    await withCommunicationLog(probe, async (own) => {
      const path = own.replace(/\/communication-logs.*$/, '')
      await probe.ask('GET', `${path}/data`)
      const { log } = await probe.read(own, COMMUNICATION_LOG)
      if (typeof log === 'string') await probe.expect('GET', log, { stream: true, headers: { accept: '*/*' } })
    })
    await probe.refuse('POST', `/components/${NOBODY}/communication-logs`, [404], { body: {} })
  }),
  reads('GET {E}/communication-logs/{communication-log-id}', '7.22.4', async (probe) => {
    const { path } = await probe.entityWith('communication-logs')
    const all = `${path}/communication-logs`
    await probe.refuse('GET', at(all, NOBODY), [404])
    const [known] = idsOf((await probe.ask('GET', all)).json)
    if (known !== undefined) await probe.read(at(all, known), COMMUNICATION_LOG)
    else if (!probe.may('writes')) throw new NotExercised('there is no communication log')
    else await withCommunicationLog(probe, async (own) => void (await probe.read(own, COMMUNICATION_LOG)))
  }),
  writes('PUT {E}/communication-logs/{communication-log-id}', '7.22.5', async (probe) => {
    await withCommunicationLog(probe, async (own) => {
      const { status } = await probe.read(own, COMMUNICATION_LOG)
      const [now, then] = status === 'active' ? ['deactivate', 'activate'] : ['activate', 'deactivate']
      await probe.expect('PUT', own, { body: { action: now }, status: 204 })
      const changed = await probe.read(own, COMMUNICATION_LOG)
      probe.check(changed.status !== status, `GET ${own}: is still ${status} after ${now}`)
      await probe.expect('PUT', own, { body: { action: then }, status: 204 })
      await probe.refuse('PUT', own, [400], { body: {} })
      await probe.refuse('PUT', own.replace(/[^/]+$/, NOBODY), [404], { body: { action: now } })
    })
  }),
  writes('DELETE {E}/communication-logs/{communication-log-id}', '7.22.6', async (probe) => {
    await withCommunicationLog(probe, async (own) => {
      await probe.expect('DELETE', `${own}?delete_log=true`, { status: 204 })
      await probe.refuse('GET', own, [404])
      await probe.refuse('DELETE', own, [404])
    })
  }),
]
