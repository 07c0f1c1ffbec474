import { ByteReader, ByteWriter, DecodeError } from '@opensovd/base/bytes'
import { EncodeError } from '../../wire/encode-error.ts'
import { HEADER_LENGTH, type HeaderFields } from '../../wire/header.ts'
import { encodeMessage } from '../../wire/message.ts'
import { MESSAGE_TYPE } from '../../wire/message-type.ts'
import { RETURN_CODE } from '../../wire/return-code.ts'
import { ENTRY_BYTES, type OptionRuns, readEntry, type SdEntry, writeEntry } from './entry.ts'
import { type AddressOption, readOption, type SdOption } from './option.ts'
import { OptionTable } from './option-table.ts'

export interface SdFlags {
  /** Set until the sender's session counter has wrapped once. */
  readonly reboot: boolean
  /** Whether the sender can receive unicast messages. */
  readonly unicast: boolean
}

/** What the payload of a service discovery message says. */
export interface SdPayload extends SdFlags {
  /** Those of known types, in the order of the message. */
  readonly entries: readonly SdEntry[]
  /** Where the sender wants to be answered, in place of the source address [feat_req_someipsd_1084]. */
  readonly sdEndpoint: AddressOption | undefined
}

/** The header of every service discovery message, but for its session [feat_req_someipsd_26]. */
export const SD_HEADER = {
  serviceId: 0xffff,
  methodId: 0x8100,
  clientId: 0,
  interfaceVersion: 1,
  messageType: MESSAGE_TYPE.NOTIFICATION,
  returnCode: RETURN_CODE.OK,
} as const satisfies Omit<HeaderFields, 'sessionId'>

/** vsomeip starts a new message when one would get larger than this, header included. */
export const MAX_SD_MESSAGE_BYTES = 1380

const REBOOT_FLAG = 0x80
const UNICAST_FLAG = 0x40
/** Flags, Reserved and the lengths of both arrays. */
const FIXED_BYTES = 12

/**
 * Reads the payload of a message. Flaws of options are left to the entries that reference them, so that a receiver can
 * answer them; bytes after the options are ignored.
 * @throws DecodeError when the entries cannot be told apart
 */
export function decodeSdPayload(payload: Uint8Array): SdPayload {
  const from = new ByteReader(payload, 'SD message')
  const flags = from.u8()
  from.u24() // Reserved
  const entryBytes = from.bytes(from.u32())
  if (entryBytes.length % ENTRY_BYTES !== 0) {
    throw new DecodeError(
      'SD message',
      `${entryBytes.length} byte(s) of entries, a multiple of ${ENTRY_BYTES} expected`,
    )
  }
  const options = readOptions(from)
  const entries: SdEntry[] = []
  const entriesFrom = new ByteReader(entryBytes, 'SD entry')
  while (entriesFrom.remaining > 0) {
    const entry = readEntry(entriesFrom, options)
    if (entry !== undefined) entries.push(entry)
  }
  const [first] = options
  return {
    reboot: (flags & REBOOT_FLAG) !== 0,
    unicast: (flags & UNICAST_FLAG) !== 0,
    entries,
    sdEndpoint: first?.kind === 'sd-endpoint' ? first : undefined,
  }
}

/** The options up to the first one that does not end within the array; none where a message ends after its entries. */
function readOptions(from: ByteReader): readonly SdOption[] {
  const options: SdOption[] = []
  try {
    if (from.remaining === 0) return options
    const array = new ByteReader(from.bytes(Math.min(from.u32(), from.remaining)), 'SD options')
    while (array.remaining > 0) options.push(readOption(array))
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
  }
  return options
}

/** A message under construction. */
export class SdMessageBuilder {
  readonly #entries: { entry: SdEntry; runs: OptionRuns }[] = []
  readonly #options = new OptionTable()
  #payload: Uint8Array | undefined

  get isEmpty(): boolean {
    return this.#entries.length === 0
  }

  /**
   * Adds entries that belong together. Returns false, and adds none of them, when the message would get too large.
   * @throws EncodeError or RangeError when a value does not fit its field
   */
  tryAdd(entries: readonly SdEntry[]): boolean {
    const before = { entries: this.#entries.length, options: this.#options.length }
    for (const entry of entries) {
      const runs = this.#options.place(entry.options)
      if (runs !== undefined) this.#entries.push({ entry, runs })
      if (runs === undefined || this.#messageBytes > MAX_SD_MESSAGE_BYTES) {
        this.#entries.length = before.entries
        this.#options.truncate(before.options)
        return false
      }
    }
    return true
  }

  /** The message with its header. Nothing may be added afterwards. */
  encode(sessionId: number, flags: SdFlags): Uint8Array {
    this.#payload ??= this.#encodePayload()
    this.#payload[0] = (flags.reboot ? REBOOT_FLAG : 0) | (flags.unicast ? UNICAST_FLAG : 0)
    return encodeMessage({ ...SD_HEADER, sessionId, payload: this.#payload })
  }

  /** The payload without its flags. */
  #encodePayload(): Uint8Array {
    const to = new ByteWriter(false, this.#messageBytes)
    to.u8(0).u24(0)
    to.u32(this.#entries.length * ENTRY_BYTES)
    for (const { entry, runs } of this.#entries) writeEntry(to, entry, runs)
    to.u32(this.#options.bytes)
    for (const option of this.#options.encoded) to.bytes(option)
    return to.finish()
  }

  get #messageBytes(): number {
    return HEADER_LENGTH + FIXED_BYTES + this.#entries.length * ENTRY_BYTES + this.#options.bytes
  }
}

/**
 * Packs groups of entries into as few messages as their order allows; a group is never split.
 * @throws EncodeError for a group that is too large for a message, and what `tryAdd` throws
 */
export function packEntries(groups: Iterable<readonly SdEntry[]>): readonly SdMessageBuilder[] {
  const messages: SdMessageBuilder[] = []
  let current = new SdMessageBuilder()
  for (const group of groups) {
    if (!current.tryAdd(group)) {
      if (!current.isEmpty) messages.push(current)
      current = new SdMessageBuilder()
      if (!current.tryAdd(group)) {
        throw new EncodeError('entries', `${group.length} entries that belong together do not fit in a message`)
      }
    }
  }
  if (!current.isEmpty) messages.push(current)
  return messages
}
