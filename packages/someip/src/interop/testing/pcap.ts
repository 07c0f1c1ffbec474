import { ByteWriter, fromHex } from '@opensovd/base/bytes'
import { parseIpAddress } from '../../wire/ip-address.ts'

/** From one host to another over IPv4; both use the same port. */
export interface Datagram {
  readonly from: string
  readonly to: string
  readonly port: number
  readonly bytes: Uint8Array
}

/** Bare IP packets. */
const LINKTYPE_RAW = 101
const SNAPSHOT_BYTES = 65_535

/** A pcap file of the datagrams, a second apart. */
export function pcapOf(datagrams: readonly Datagram[]): Uint8Array {
  const to = new ByteWriter()
  to.bytes(fromHex('a1b2c3d400020004')).u32(0).u32(0).u32(SNAPSHOT_BYTES).u32(LINKTYPE_RAW)
  for (const [second, datagram] of datagrams.entries()) {
    const packet = ipPacket(datagram)
    to.u32(second).u32(0).u32(packet.length).u32(packet.length).bytes(packet)
  }
  return to.finish()
}

/** Without checksums: UDP permits that, and nobody checks the one of IP. */
function ipPacket({ from, to, port, bytes }: Datagram): Uint8Array {
  const IP_BYTES = 20
  const UDP_BYTES = 8
  const UDP = 17
  const udpBytes = UDP_BYTES + bytes.length
  const packet = new ByteWriter()
  packet
    .u8(0x45)
    .u8(0)
    .u16(IP_BYTES + udpBytes)
  packet.u32(0).u8(64).u8(UDP).u16(0).bytes(addressOf(from)).bytes(addressOf(to))
  return packet.u16(port).u16(port).u16(udpBytes).u16(0).bytes(bytes).finish()
}

function addressOf(text: string): Uint8Array {
  const bytes = parseIpAddress(text)
  if (bytes === undefined) throw new TypeError(`'${text}' is not an IP address`)
  return bytes
}
