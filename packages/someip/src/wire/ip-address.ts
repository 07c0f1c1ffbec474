const IPV4_BYTES = 4
const IPV6_GROUPS = 8
const ZERO = 0x30

/** The bytes of an IPv4 (4) or IPv6 (16) address; undefined for any other text. A zone (`%eth0`) is left out. */
export function parseIpAddress(text: string): Uint8Array | undefined {
  if (!text.includes(':')) return parseIpv4(text)
  const [address = ''] = text.split('%', 1)
  return parseIpv6(address)
}

/** The canonical text of 4 or 16 bytes [RFC 5952]. */
export function formatIpAddress(bytes: Uint8Array): string {
  return bytes.length === IPV4_BYTES ? bytes.join('.') : formatIpv6(bytes)
}

/** Whether the bytes are those of a multicast group: 224.0.0.0/4 or ff00::/8. */
export function isMulticastAddress(bytes: Uint8Array): boolean {
  const [first = 0] = bytes
  return bytes.length === IPV4_BYTES ? first >> 4 === 0xe : first === 0xff
}

/** The mask with `length` leading ones, for an address of `bytes` bytes. */
export function prefixMask(length: number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => 256 - 2 ** (8 - Math.min(8, Math.max(0, length - 8 * at))))
}

/** Whether both addresses are of one family and agree where the mask has ones. */
export function isSameSubnet(one: Uint8Array, other: Uint8Array, mask: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => ((byte ^ (other[at] ?? 0)) & (mask[at] ?? 0)) === 0)
}

/** Digit by digit: offers of many services bring their addresses again and again. */
function parseIpv4(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(IPV4_BYTES)
  let part = 0
  let value = 0
  let digits = 0
  for (let at = 0; at <= text.length; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit >= 0 && digit <= 9) {
      const hasLeadingZero = digits > 0 && value === 0
      value = 10 * value + digit
      digits++
      if (hasLeadingZero || value > 255) return undefined
    } else {
      const isLast = part === IPV4_BYTES - 1
      if (digits === 0 || (at === text.length ? !isLast : isLast || text[at] !== '.')) return undefined
      bytes[part++] = value
      value = 0
      digits = 0
    }
  }
  return bytes
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1))
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  const missing = IPV6_GROUPS - head.length - (tail?.length ?? 0)
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])]
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
}

/** The groups of one side of `::`; the last two of the address may be written as an IPv4 address. */
function parseGroups(text: string, isLastHalf: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    const ipv4 = isLastHalf && index === parts.length - 1 ? parseIpv4(part) : undefined
    if (ipv4 !== undefined) {
      const [a = 0, b = 0, c = 0, d = 0] = ipv4
      groups.push((a << 8) | b, (c << 8) | d)
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}

function formatIpv6(bytes: Uint8Array): string {
  const groups = Array.from({ length: IPV6_GROUPS }, (_, at) => ((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0))
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) return `::ffff:${bytes.slice(12).join('.')}`
  const text = groups.map((group) => group.toString(16))
  const { at, length } = longestZeroRun(groups)
  if (length < 2) return text.join(':')
  return `${text.slice(0, at).join(':')}::${text.slice(at + length).join(':')}`
}

function longestZeroRun(groups: readonly number[]): { at: number; length: number } {
  let longest = { at: 0, length: 0 }
  for (let at = 0; at < groups.length; at++) {
    let end = at
    while (groups[end] === 0) end++
    if (end - at > longest.length) longest = { at, length: end - at }
    at = Math.max(at, end)
  }
  return longest
}
