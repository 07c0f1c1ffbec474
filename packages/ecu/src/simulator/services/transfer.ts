import { type MemoryRange, NRC, type ServerState, type ServiceHandlers, ServiceRefusal } from '@opensovd/uds'
import { requireAccess } from '../access.ts'
import type { EcuParts } from '../ecu-parts.ts'
import type { Programming } from '../programming.ts'

interface Transfer {
  readonly kind: 'download' | 'upload'
  readonly range: MemoryRange
  /** Address of the next block. */
  at: number
  /** Counter of the last block; 0 before the first. */
  counter: number
  /** What was answered to it, in case it is sent again. */
  last: Uint8Array
}

const DEFAULT_BLOCK_LENGTH = 0x402
/** SID and blockSequenceCounter. */
const BLOCK_OVERHEAD = 2
const NONE = new Uint8Array(0)

/** RequestDownload, RequestUpload, TransferData and RequestTransferExit, and how to end a transfer that is under way. */
export function transferServices(
  parts: EcuParts,
  programming: Programming,
): { readonly services: ServiceHandlers; readonly forget: () => void } {
  const { ecu, memory } = parts
  const maxBlockLength = ecu.flash?.maxBlockLength ?? DEFAULT_BLOCK_LENGTH
  let transfer: Transfer | undefined
  const begin = (kind: Transfer['kind'], dataFormat: number, range: MemoryRange, state: ServerState) => {
    const { access, description } = memory.region(range, kind)
    if (dataFormat !== 0) throw new ServiceRefusal(NRC.requestOutOfRange)
    requireAccess(access, state.current)
    if (transfer) throw new ServiceRefusal(NRC.conditionsNotCorrect)
    const isBlank = kind === 'upload' || !description.flash || memory.isErased(range.address, range.size)
    if (!isBlank) throw new ServiceRefusal(NRC.uploadDownloadNotAccepted)
    transfer = { kind, range, at: range.address, counter: 0, last: NONE }
    return { blockLength: { maxBlockLength, lengthBytes: maxBlockLength > 0xffff ? 4 : 2 } }
  }
  const transferring: ServiceHandlers = {
    transferData: {
      ...memory.sessionsFor('download', 'upload'),
      handle: ({ blockSequenceCounter, data }, context) => {
        if (!transfer) throw new ServiceRefusal(NRC.requestSequenceError)
        const isRepeated = blockSequenceCounter === transfer.counter && transfer.at > transfer.range.address
        if (isRepeated) return { blockSequenceCounter, data: transfer.last }
        if (blockSequenceCounter !== ((transfer.counter + 1) & 0xff)) {
          throw new ServiceRefusal(NRC.wrongBlockSequenceCounter)
        }
        transfer.last = move(transfer, data, maxBlockLength - BLOCK_OVERHEAD, parts)
        transfer.counter = blockSequenceCounter
        context.releaseRequest()
        return { blockSequenceCounter, data: transfer.last }
      },
    },
    requestTransferExit: {
      ...memory.sessionsFor('download', 'upload'),
      handle: () => {
        const ended = transfer
        transfer = undefined
        if (!ended || ended.at < ended.range.address + ended.range.size) {
          throw new ServiceRefusal(NRC.requestSequenceError)
        }
        if (ended.kind === 'download') programming.downloaded(ended.range)
        return { data: NONE }
      },
    },
  }
  const services: ServiceHandlers = {
    ...(memory.has('download') && {
      requestDownload: {
        ...memory.sessionsFor('download'),
        handle: ({ dataFormat, memory: range }, { state }) => begin('download', dataFormat, range, state),
      },
    }),
    ...(memory.has('upload') && {
      requestUpload: {
        ...memory.sessionsFor('upload'),
        handle: ({ dataFormat, memory: range }, { state }) => begin('upload', dataFormat, range, state),
      },
    }),
    ...((memory.has('download') || memory.has('upload')) && transferring),
  }
  const forget = () => {
    transfer = undefined
  }
  return { services, forget }
}

/** Moves one block; what is answered with it. */
function move(transfer: Transfer, data: Uint8Array, maxBytes: number, { memory }: EcuParts): Uint8Array {
  const remaining = transfer.range.address + transfer.range.size - transfer.at
  if (transfer.kind === 'upload') {
    if (data.length > 0) throw new ServiceRefusal(NRC.incorrectMessageLengthOrInvalidFormat)
    if (remaining === 0) throw new ServiceRefusal(NRC.requestSequenceError)
    const block = memory.read(transfer.at, Math.min(remaining, maxBytes))
    transfer.at += block.length
    return block
  }
  if (data.length === 0 || data.length > maxBytes) {
    throw new ServiceRefusal(NRC.incorrectMessageLengthOrInvalidFormat)
  }
  if (data.length > remaining) throw new ServiceRefusal(NRC.transferDataSuspended)
  memory.write(transfer.at, data)
  transfer.at += data.length
  return NONE
}
