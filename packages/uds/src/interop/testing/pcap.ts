import { ByteWriter } from '@opensovd/base/bytes'
import type { Packet } from './capture.ts'

const DOIP_PORT = 13_400
const TESTER = Uint8Array.of(10, 0, 0, 1)
const ENTITY = Uint8Array.of(10, 0, 0, 2)
/** IPv4 without a layer below. */
const LINKTYPE_RAW = 101
const PROTOCOL = { tcp: 6, udp: 17 } as const
const ACK_AND_PUSH = 0x5018

/** The packets as a pcap file of IPv4, whose entity has port 13400. Checksums are 0, which says that they are not told. */
export function pcapOf(packets: readonly Packet[]): Uint8Array {
  const file = new ByteWriter(true).u32(0xa1b2_c3d4).u16(2).u16(4).u32(0).u32(0).u32(0x40000).u32(LINKTYPE_RAW)
  const sent = new Map<string, number>()
  for (const [at, packet] of packets.entries()) {
    const frame = ipv4(packet, packet.protocol === 'tcp' ? tcp(packet, sent) : udp(packet))
    file.u32(at).u32(0).u32(frame.length).u32(frame.length).bytes(frame)
  }
  return file.finish()
}

function ipv4({ protocol, from }: Packet, payload: Uint8Array): Uint8Array {
  const [source, target] = from === 'tester' ? [TESTER, ENTITY] : [ENTITY, TESTER]
  const to = new ByteWriter()
    .u16(0x4500)
    .u16(20 + payload.length)
    .u32(0)
    .u8(64)
    .u8(PROTOCOL[protocol])
    .u16(0)
  return to.bytes(source).bytes(target).bytes(payload).finish()
}

function tcp({ from, port, data }: Packet, sent: Map<string, number>): Uint8Array {
  const key = (end: Packet['from']) => `${end} ${port}`
  const sequence = sent.get(key(from)) ?? 1
  sent.set(key(from), sequence + data.length)
  const acknowledged = sent.get(key(from === 'tester' ? 'entity' : 'tester')) ?? 1
  const to = ports(from, port).u32(sequence).u32(acknowledged).u16(ACK_AND_PUSH).u16(0xffff).u32(0)
  return to.bytes(data).finish()
}

function udp({ from, port, data }: Packet): Uint8Array {
  return ports(from, port)
    .u16(8 + data.length)
    .u16(0)
    .bytes(data)
    .finish()
}

function ports(from: Packet['from'], port: number): ByteWriter {
  const [source, target] = from === 'tester' ? [port, DOIP_PORT] : [DOIP_PORT, port]
  return new ByteWriter().u16(source).u16(target)
}
