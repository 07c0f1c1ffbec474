import type { SdEntry } from '../../sd/wire/entry.ts'
import { SdMessageBuilder } from '../../sd/wire/message.ts'
import type { SendableOption } from '../../sd/wire/option.ts'
import { segmentMessage } from '../../tp/segment.ts'
import { encodeMessage, type Message } from '../../wire/message.ts'
import { MESSAGE_TYPE } from '../../wire/message-type.ts'
import type { Random } from './random.ts'

const TYPES = [
  MESSAGE_TYPE.REQUEST,
  MESSAGE_TYPE.REQUEST_NO_RETURN,
  MESSAGE_TYPE.NOTIFICATION,
  MESSAGE_TYPE.RESPONSE,
  MESSAGE_TYPE.ERROR,
] as const

/** A message that is in order. */
export function message(random: Random, maxPayloadBytes = 40): Message {
  return {
    serviceId: random.below(0x10000),
    methodId: random.below(0x10000),
    clientId: random.below(0x10000),
    sessionId: random.below(0x10000),
    interfaceVersion: random.below(0x100),
    messageType: random.pick(TYPES),
    returnCode: random.below(0x0b),
    payload: random.bytes(random.below(maxPayloadBytes)),
  }
}

/** Some messages, one directly behind the other. */
export function messages(random: Random): Uint8Array {
  const encoded = Array.from({ length: 1 + random.below(4) }, () => encodeMessage(message(random)))
  return concat(encoded)
}

/** The segments of one message. */
export function segments(random: Random): Uint8Array {
  return concat(segmentMessage(message(random, 200), 16 * (1 + random.below(4))))
}

/** An option that is in order. */
export function option(random: Random): SendableOption {
  const address = random.pick(['10.0.0.1', '224.0.0.1', '::1', 'fe80::1', 'ff02::1'])
  const protocol = random.pick([6, 17, 0])
  const kind = random.pick(['endpoint', 'multicast', 'sd-endpoint'] as const)
  return random.pick<SendableOption>([
    { kind, address, protocol, port: random.below(0x10000) },
    { kind: 'configuration', items: [{ key: 'a', value: 'b' }, { key: 'c' }] },
    { kind: 'load-balancing', priority: random.below(0x10000), weight: 1 },
    { kind: 'protection', aliveCounter: 1, crc: random.next() },
    { kind: 'selective', clientIds: [1, random.below(0x10000)] },
    { kind: 'unknown', type: 0x77, isDiscardable: true, content: random.bytes(random.below(8)) },
  ])
}

/** A message of service discovery that is in order. */
export function discovery(random: Random): Uint8Array {
  const builder = new SdMessageBuilder()
  for (let count = 1 + random.below(3); count > 0; count--) {
    const options = Array.from({ length: random.below(3) }, () => option(random))
    const ids = { serviceId: random.below(0x10000), instanceId: random.below(0x10000), majorVersion: 1 }
    const fields = { ...ids, ttlSeconds: random.pick([0, 3, 0xffffff]), options }
    const group = { eventgroupId: random.below(0x10000), isInitialDataRequested: random.oneIn(2), counter: 1 }
    builder.tryAdd([
      random.pick<SdEntry>([
        { type: 'find', ...fields, minorVersion: random.next() },
        { type: 'offer', ...fields, minorVersion: 0 },
        { type: 'subscribe', ...fields, ...group },
        { type: 'acknowledge', ...fields, ...group },
      ]),
    ])
  }
  return builder.encode(random.below(0x10000), { reboot: random.oneIn(2), unicast: true })
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
