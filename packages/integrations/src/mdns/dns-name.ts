import { ByteReader, type ByteWriter, DecodeError } from '@opensovd/base/bytes'

/** A name as its labels: those of service instances may have dots and spaces in them. */
export type DnsName = readonly string[]

const MAX_LABEL_BYTES = 63
const MAX_LABELS = 128
/** The two upper bits of a length that is the beginning of a pointer instead [RFC 1035 4.1.4]. */
const POINTER = 0xc0

/** The labels of a name in which no label has a dot. */
export function nameOf(text: string): DnsName {
  return text.split('.')
}

/** The same for all names that are the same: case does not count [RFC 6762 16]. */
export function keyOf(name: DnsName): string {
  return name.join('\0').toLowerCase()
}

export function isSameName(a: DnsName, b: DnsName): boolean {
  return keyOf(a) === keyOf(b)
}

/** Writes a name without compression. @throws RangeError for a label that is empty or too long */
export function writeName(to: ByteWriter, name: DnsName): void {
  for (const label of name) {
    const bytes = new TextEncoder().encode(label)
    if (bytes.length === 0 || bytes.length > MAX_LABEL_BYTES) {
      throw new RangeError(`a DNS label has 1 to ${MAX_LABEL_BYTES} bytes, "${label}" has ${bytes.length}`)
    }
    to.u8(bytes.length).bytes(bytes)
  }
  to.u8(0)
}

/** Reads a name, which may end with a pointer to an earlier one in the message [RFC 1035 4.1.4]. */
export function readName(from: ByteReader, message: Uint8Array): DnsName {
  const labels: string[] = []
  let at = from
  let earliest = message.length
  while (labels.length <= MAX_LABELS) {
    const length = at.u8()
    if (length === 0) return labels
    if (length < POINTER) {
      if (length > MAX_LABEL_BYTES) throw new DecodeError('DNS name', `a label type 0x${length.toString(16)}`)
      labels.push(new TextDecoder().decode(at.bytes(length)))
      continue
    }
    const target = ((length & ~POINTER) << 8) | at.u8()
    if (target >= earliest) throw new DecodeError('DNS name', `a pointer to ${target}, which is not before it`)
    earliest = target
    at = new ByteReader(message.subarray(target), 'DNS name')
  }
  throw new DecodeError('DNS name', `more than ${MAX_LABELS} labels`)
}
