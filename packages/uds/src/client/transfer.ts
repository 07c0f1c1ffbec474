import { formatAddress } from '../codec/address.ts'
import type { MemoryRange } from '../codec/memory-range.ts'
import { SERVICES } from '../codec/services.ts'
import { DoipError, UdsError } from '../errors.ts'
import { allocateMessage } from '../headroom.ts'
import type { EcuClient } from './ecu-client.ts'

export interface TransferOptions {
  readonly memory: MemoryRange
  /** dataFormatIdentifier: compression and encryption; 0 for none. */
  readonly dataFormat?: number
  /** Cuts blocks shorter than the ECU allows. SID and counter count, as in maxNumberOfBlockLength. */
  readonly maxBlockLength?: number
  /** transferRequestParameterRecord of RequestTransferExit, a checksum for instance. */
  readonly exitData?: Uint8Array
  readonly onProgress?: (transferredBytes: number) => void
}

/** Pieces of any length, which must stay as they are until they were sent. */
export type BlockSource = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/** SID and blockSequenceCounter in front of each block. */
const BLOCK_OVERHEAD = 2
/** With what DoIP puts in front of it, as much as many programs read from a socket at a time: 64 KiB. */
const MAX_BLOCK_LENGTH = 0x10000 - 12
const UNREACHABLE: ReadonlySet<string> = new Set(['UDS_TIMEOUT', 'UDS_PENDING_TOO_LONG', 'UDS_CLOSED'])

/**
 * Writes data into an ECU: RequestDownload, TransferData, RequestTransferExit. Holds two blocks in memory, not the
 * whole. When it fails while the ECU can be reached, or is aborted, it ends the transfer with RequestTransferExit
 * before it rejects.
 * @returns transferResponseParameterRecord of the exit
 * @throws UdsError UDS_TRANSFER_SIZE when uncompressed data are not as long as `memory`; what the ECU client throws
 */
export async function download(
  ecu: EcuClient,
  data: BlockSource,
  options: TransferOptions,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { memory, dataFormat = 0 } = options
  const { blockLength } = await ecu.request('requestDownload', { dataFormat, memory }, signal)
  try {
    const sentBytes = await sendBlocks(ecu, data, { ...options, maxBlockLength: limit(blockLength, options) }, signal)
    if (dataFormat === 0 && sentBytes !== memory.size) {
      const problem = `ECU ${formatAddress(ecu.address)}: ${sentBytes} byte(s) of data for a range of ${memory.size}`
      throw new UdsError('UDS_TRANSFER_SIZE', problem)
    }
  } catch (error) {
    await endTransfer(ecu, error)
    throw error
  }
  return (await ecu.request('requestTransferExit', { data: options.exitData ?? new Uint8Array(0) }, signal)).data
}

/**
 * Reads data from an ECU, block by block: RequestUpload, TransferData, RequestTransferExit. Leaving the loop early
 * ends the transfer. Only uncompressed data: of others nobody knows the length.
 * @throws RangeError for another dataFormat than 0; what the ECU client throws
 */
export async function* upload(
  ecu: EcuClient,
  options: TransferOptions,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const { memory, dataFormat = 0, exitData = new Uint8Array(0) } = options
  if (dataFormat !== 0) throw new RangeError('only uncompressed data can be uploaded')
  await ecu.request('requestUpload', { dataFormat, memory }, signal)
  let isComplete = false
  let failure: unknown
  try {
    yield* receiveBlocks(ecu, memory.size, options, signal)
    isComplete = true
  } catch (error) {
    failure = error
    throw error
  } finally {
    if (!isComplete) await endTransfer(ecu, failure)
  }
  await ecu.request('requestTransferExit', { data: exitData }, signal)
}

/**
 * The TransferData requests of a download or of a written file; the next one is made while one is on its way.
 * @returns how many bytes were sent
 */
export async function sendBlocks(
  ecu: EcuClient,
  data: BlockSource,
  options: { readonly maxBlockLength: number; readonly onProgress?: (transferredBytes: number) => void },
  signal?: AbortSignal,
): Promise<number> {
  const messages = new BlockMessages(options.maxBlockLength - BLOCK_OVERHEAD)
  let sentBytes = 0
  let underWay: Promise<unknown> | undefined
  const send = async (message: Uint8Array) => {
    await underWay
    if (underWay) options.onProgress?.(sentBytes)
    underWay = ecu.requestEncoded('transferData', message, signal)
    // It is reported when it is awaited, unless the source of the data fails before.
    underWay.catch(() => {})
    sentBytes += message.length - BLOCK_OVERHEAD
  }
  for await (const piece of data instanceof Uint8Array ? [data] : data) {
    for (const message of messages.take(piece)) await send(message)
  }
  const last = messages.end()
  if (last) await send(last)
  await underWay
  if (underWay) options.onProgress?.(sentBytes)
  return sentBytes
}

/**
 * The TransferData requests of an upload or of a read file.
 * @throws UdsError UDS_UNEXPECTED_ANSWER when the ECU sends an empty block, or more than `size`
 */
export async function* receiveBlocks(
  ecu: EcuClient,
  size: number,
  options: { readonly onProgress?: (transferredBytes: number) => void },
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  let transferredBytes = 0
  for (let counter = 1; transferredBytes < size; counter = (counter + 1) & 0xff) {
    const request = { blockSequenceCounter: counter, data: new Uint8Array(0) }
    const { data } = await ecu.request('transferData', request, signal)
    transferredBytes += data.length
    if (data.length === 0 || transferredBytes > size) {
      const problem = `block ${counter} has ${data.length} byte(s) and makes ${transferredBytes} of ${size}`
      throw new UdsError('UDS_UNEXPECTED_ANSWER', `ECU ${formatAddress(ecu.address)}: ${problem}`)
    }
    options.onProgress?.(transferredBytes)
    yield data
  }
}

/**
 * Makes TransferData requests of pieces of any length. Two messages take turns, the one on its way and the next one:
 * each is overwritten by the second one after it.
 */
class BlockMessages {
  #message: Uint8Array
  #other: Uint8Array
  #filled = BLOCK_OVERHEAD
  #counter = 1

  constructor(blockLength: number) {
    this.#message = allocateMessage(BLOCK_OVERHEAD + blockLength)
    this.#other = allocateMessage(BLOCK_OVERHEAD + blockLength)
  }

  /** The messages that `piece` completes. */
  *take(piece: Uint8Array): Generator<Uint8Array, void> {
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + this.#message.length - this.#filled)
      this.#message.set(part, this.#filled)
      this.#filled += part.length
      at += part.length
      if (this.#filled === this.#message.length) yield this.#next()
    }
  }

  /** The last one, where something is left. */
  end(): Uint8Array | undefined {
    return this.#filled > BLOCK_OVERHEAD ? this.#next() : undefined
  }

  #next(): Uint8Array {
    const message = this.#message.subarray(0, this.#filled)
    message[0] = SERVICES.transferData.sid
    message[1] = this.#counter
    this.#counter = (this.#counter + 1) & 0xff
    this.#filled = BLOCK_OVERHEAD
    ;[this.#message, this.#other] = [this.#other, this.#message]
    return message
  }
}

function limit({ maxBlockLength }: { readonly maxBlockLength: number }, options: TransferOptions): number {
  const length = Math.min(maxBlockLength, options.maxBlockLength ?? MAX_BLOCK_LENGTH)
  if (length > BLOCK_OVERHEAD) return length
  throw new UdsError('UDS_UNEXPECTED_ANSWER', `a block of ${length} byte(s) has no room for data`)
}

/** Best effort, for a transfer that failed or that the caller left; not where the ECU cannot be reached any longer. */
async function endTransfer(ecu: EcuClient, error: unknown): Promise<void> {
  if (error instanceof DoipError || (error instanceof UdsError && UNREACHABLE.has(error.code))) return
  await ecu.request('requestTransferExit', { data: new Uint8Array(0) }).catch(() => {})
}
