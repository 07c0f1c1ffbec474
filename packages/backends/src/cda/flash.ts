import { type Clock, isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import type { CallContext, ExecutionState, Operation, OperationFacet, StartedExecution } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { listOf, numberOf, objectOf, requiredText, ShapeError, textOf } from '../sovd/shape.ts'
import { ADAPTER_PATH, segment } from './path.ts'
import type { Source } from './source.ts'

/** The operation that sends a flash file of the adapter to an ECU. */
export const DOWNLOAD: Operation = {
  id: 'x-sovd2uds-download',
  name: 'Send a flash file to the ECU',
  capabilities: [],
}

/** What an ECU asks for in RequestDownload, and what of the file is sent. */
interface Download {
  readonly file: string
  readonly request: JsonObject
  readonly blockSize: number
  readonly offset: number
  readonly length: number | undefined
}

const POLL_MS = 500

/**
 * An operation that does the steps of a transfer one after the other: it has the adapter list its flash files, asks
 * the ECU for the download, has the adapter transfer the file, waits for it and ends the transfer. Session and
 * security access are the client's, and so is a lock for as long as it takes. It ends with the request that began it.
 */
export function withDownload(operations: OperationFacet, source: Source, clock: Clock): OperationFacet {
  const { stop } = operations
  return {
    ...operations,
    list: async (context) => [...(await operations.list(context)), DOWNLOAD],
    start: async (operationId, parameters, context) =>
      operationId === DOWNLOAD.id
        ? source.lock.use(
            context,
            () => transfer(source, downloadOf(parameters), clock, context),
            () => true,
          )
        : operations.start(operationId, parameters, context),
    ...(stop && { stop }),
  }
}

async function transfer(
  { api, path, lock }: Source,
  { file, request, blockSize, offset, length }: Download,
  clock: Clock,
  context: CallContext,
): Promise<StartedExecution> {
  const base = `${path}/x-sovd2uds-download`
  const files = await api.get(`${ADAPTER_PATH}/bulk-data/flashfiles`, context, (json) =>
    listOf(json, 'items', (item) => ({ id: requiredText(item, 'id'), size: numberOf(item, 'size') })),
  )
  const found = files.find(({ id }) => id === file)
  if (!found) throw new SovdError('not-found', `the adapter has no flash file ${JSON.stringify(file.slice(0, 100))}`)
  const bytes = length ?? (found.size === undefined ? undefined : found.size - offset)
  if (bytes === undefined) throw invalid('length', 'is required: the adapter does not tell how long the file is')
  const granted = await api.change(
    { method: 'PUT', path: `${base}/requestdownload`, body: { requestdownload: request } },
    context,
    ({ json }) => (json === undefined ? {} : objectOf(json)),
  )
  const body = { blocksequencecounter: 1, blocksize: blockSize, offset, length: bytes, id: file }
  const id = await api.change({ method: 'POST', path: `${base}/flashtransfer`, body }, context, ({ json }) =>
    requiredText(objectOf(json), 'id'),
  )
  const one = `${base}/flashtransfer/${segment(id)}`
  const outcome = await follow()
  await api.change({ method: 'DELETE', path: one }, context, () => {})
  if (outcome.error !== undefined) return { state: { status: 'failed', error: outcome.error } }
  await api.change({ method: 'PUT', path: `${base}/transferexit` }, context, () => {})
  const { schema: _, ...answer } = granted
  return {
    state: { status: 'completed', result: { ...answer, acknowledgedBytes: outcome.bytes } } satisfies ExecutionState,
  }

  async function follow(): Promise<{ bytes: number; error?: string }> {
    for (;;) {
      const now = await api.get(one, context, (json) => transferState(objectOf(json)))
      if (now.status === 'finished') return { bytes: now.bytes }
      if (now.status === 'aborted') return { bytes: now.bytes, error: now.error ?? 'the transfer was aborted' }
      await lock.linger(context)
      await clock.sleep(POLL_MS, context.signal)
    }
  }
}

function transferState(body: JsonObject) {
  const status = requiredText(body, 'status')
  if (!['running', 'queued', 'finished', 'aborted'].includes(status)) {
    throw new ShapeError('status is none of queued, running, finished, aborted')
  }
  const [first]: readonly Json[] = Array.isArray(body.error) ? body.error : []
  return {
    status,
    bytes: numberOf(body, 'acknowledgedBytes') ?? 0,
    error: isJsonObject(first) ? textOf(first, 'text') : undefined,
  }
}

/** @throws SovdError `invalid-request` with what is wrong with the parameters */
function downloadOf(parameters: Json | undefined): Download {
  if (!isJsonObject(parameters)) throw invalid('parameters', 'must be an object with file and requestdownload')
  const { requestdownload: request } = parameters
  const file = textOf(parameters, 'file')
  if (!file) throw invalid('file', 'must be the id of a flash file')
  if (!isJsonObject(request)) throw invalid('requestdownload', 'must be an object')
  return {
    file,
    request,
    blockSize: wholeOf(parameters, 'blocksize', 1) ?? 128,
    offset: wholeOf(parameters, 'offset', 0) ?? 0,
    length: wholeOf(parameters, 'length', 1),
  }
}

function wholeOf(parameters: JsonObject, name: string, least: number): number | undefined {
  const value = numberOf(parameters, name)
  if (parameters[name] === undefined) return undefined
  if (value !== undefined && Number.isSafeInteger(value) && value >= least) return value
  throw invalid(name, `must be a whole number of ${least} at least`)
}

function invalid(name: string, what: string): SovdError {
  return new SovdError('invalid-request', `${name} ${what}`, { target: `parameters/${name}` })
}
