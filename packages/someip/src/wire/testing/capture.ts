import { readFileSync } from 'node:fs'
import { fromHex } from '@opensovd/base/bytes'

const VECTORS = new URL('../../../vectors/', import.meta.url)

/** One SOME/IP message of a capture, as another implementation decoded it. */
export interface CapturedMessage {
  readonly t: number
  readonly transport: 'udp' | 'tcp'
  readonly src: string
  readonly dst: string
  readonly service: string
  readonly method: string
  readonly length: number
  readonly client: string
  readonly session: string
  readonly protocol_version: number
  readonly interface_version: number
  readonly message_type: string
  readonly return_code: number
  readonly hex: string
  readonly tp?: { readonly offset: number; readonly more: 0 | 1 }
}

/** One UDP datagram or TCP segment with data. */
export interface CapturedPacket {
  readonly transport: 'udp' | 'tcp'
  readonly src: string
  readonly dst: string
  readonly bytes: Uint8Array
}

export function readCapturedMessages(name: string): CapturedMessage[] {
  return JSON.parse(readFileSync(new URL(`${name}.json`, VECTORS), 'utf8'))
}

/** The messages of a capture that are not service discovery. */
export function readApplicationMessages(name: string): CapturedMessage[] {
  return readCapturedMessages(name).filter((message) => !(message.service === 'ffff' && message.method === '8100'))
}

export function bytesOf(message: CapturedMessage): Uint8Array {
  return fromHex(message.hex)
}

/** Reads a little-endian pcap file of Ethernet frames with IPv4; what is neither UDP nor TCP data is left out. */
export function readCapturedPackets(name: string): CapturedPacket[] {
  const file = readFileSync(new URL(`${name}.pcap`, VECTORS))
  if (file.readUInt32LE(0) !== 0xa1b2c3d4 || file.readUInt32LE(20) !== 1) throw new Error(`${name}: not such a pcap`)
  const packets: CapturedPacket[] = []
  for (let at = 24; at < file.length; ) {
    const length = file.readUInt32LE(at + 8)
    const packet = readFrame(file.subarray(at + 16, at + 16 + length))
    if (packet !== undefined && packet.bytes.length > 0) packets.push(packet)
    at += 16 + length
  }
  return packets
}

function readFrame(frame: Buffer): CapturedPacket | undefined {
  if (frame.readUInt16BE(12) !== 0x0800) return undefined
  const ip = frame.subarray(14, 14 + frame.readUInt16BE(16))
  const layer4 = ip.subarray((ip.readUInt8(0) & 0x0f) * 4)
  const address = (at: number, port: number) => `${ip.subarray(at, at + 4).join('.')}:${layer4.readUInt16BE(port)}`
  const ends = { src: address(12, 0), dst: address(16, 2) }
  if (ip.readUInt8(9) === 17) return { transport: 'udp', ...ends, bytes: layer4.subarray(8) }
  if (ip.readUInt8(9) === 6)
    return { transport: 'tcp', ...ends, bytes: layer4.subarray((layer4.readUInt8(12) >> 4) * 4) }
  return undefined
}
