import assert from 'node:assert/strict'
import type { SdEntry } from '../../sd/wire/entry.ts'
import { packEntries } from '../../sd/wire/message.ts'
import type { AddressOption, SdOption } from '../../sd/wire/option.ts'
import type { Message } from '../../wire/message.ts'
import { MESSAGE_TYPE } from '../../wire/message-type.ts'
import { RETURN_CODE } from '../../wire/return-code.ts'

const request: Message = {
  serviceId: 0x1234,
  methodId: 0x0421,
  clientId: 0x1343,
  sessionId: 0x00a7,
  interfaceVersion: 2,
  messageType: MESSAGE_TYPE.REQUEST,
  returnCode: RETURN_CODE.OK,
  payload: Uint8Array.of(0xca, 0xfe, 0x00, 0x01, 0xff),
}
const notification: Message = {
  ...request,
  methodId: 0x8778,
  clientId: 0,
  messageType: MESSAGE_TYPE.NOTIFICATION,
  payload: Uint8Array.of(0x17),
}

/** A message of each type that is sent. */
export const MESSAGES = {
  request,
  fireAndForget: { ...request, messageType: MESSAGE_TYPE.REQUEST_NO_RETURN, payload: Uint8Array.of() },
  response: { ...request, messageType: MESSAGE_TYPE.RESPONSE, payload: Uint8Array.of(0x2a) },
  error: {
    ...request,
    messageType: MESSAGE_TYPE.ERROR,
    returnCode: RETURN_CODE.UNKNOWN_METHOD,
    payload: Uint8Array.of(),
  },
  notification,
} as const satisfies Record<string, Message>

/** A message that needs three segments. */
export const LARGE: Message = {
  ...notification,
  payload: Uint8Array.from({ length: 3000 }, (_, at) => (at * 7) & 0xff),
}

export const SD_SESSION = 0x0102
export const SD_FLAGS = { reboot: true, unicast: true } as const

const UDP4: AddressOption = { kind: 'endpoint', address: '10.77.0.1', protocol: 0x11, port: 30_509 }
const TCP4: AddressOption = { ...UDP4, protocol: 0x06, port: 30_510 }
const UDP6: AddressOption = { ...UDP4, address: '2001:db8::1', port: 30_511 }
const TCP6: AddressOption = { ...TCP4, address: 'fe80::2', port: 30_512 }
const MULTICAST4: AddressOption = { ...UDP4, kind: 'multicast', address: '224.244.224.245', port: 30_490 }
const MULTICAST6: AddressOption = { ...MULTICAST4, address: 'ff14::4:245' }
const SD4: AddressOption = { ...UDP4, kind: 'sd-endpoint', port: 30_490 }
const SD6: AddressOption = { ...UDP6, kind: 'sd-endpoint', port: 30_490 }
const WEIGHT: SdOption = { kind: 'load-balancing', priority: 0x0102, weight: 0x0304 }
const CONFIGURATION: SdOption = { kind: 'configuration', items: [{ key: 'hello', value: 'world' }, { key: 'flag' }] }

const service = { serviceId: 0x1234, instanceId: 0x5678, majorVersion: 2, ttlSeconds: 5 }
const offer: SdEntry = { type: 'offer', ...service, minorVersion: 0x10203, options: [UDP4, TCP4] }
const eventgroup = { ...service, eventgroupId: 0x4465, isInitialDataRequested: false, counter: 0, options: [] }
const find: SdEntry = {
  type: 'find',
  serviceId: 0x1234,
  instanceId: 0xffff,
  majorVersion: 0xff,
  minorVersion: 0xffff_ffff,
  ttlSeconds: 0xff_ffff,
  options: [],
}

/** Entries of a service discovery message each. */
export const DISCOVERY = {
  find: [find],
  offer: [offer],
  stopOffer: [{ ...offer, ttlSeconds: 0 }],
  offerWithHints: [{ ...offer, options: [CONFIGURATION, WEIGHT] }],
  ipv6: [{ ...offer, options: [UDP6, TCP6] }],
  sharedOptions: [
    { ...offer, options: [UDP4, WEIGHT] },
    { ...offer, instanceId: 0x5679, options: [TCP4, WEIGHT] },
  ],
  subscribe: [{ type: 'subscribe', ...eventgroup, isInitialDataRequested: true, counter: 3, options: [UDP4] }],
  stopSubscribe: [{ type: 'subscribe', ...eventgroup, ttlSeconds: 0, options: [UDP4] }],
  acknowledge: [
    { type: 'acknowledge', ...eventgroup, options: [MULTICAST4] },
    { type: 'acknowledge', ...eventgroup, counter: 15, options: [MULTICAST6] },
  ],
  refusal: [{ type: 'acknowledge', ...eventgroup, ttlSeconds: 0 }],
  sdEndpoint: [{ ...offer, options: [SD4, UDP4] }],
  sdEndpoint6: [{ ...offer, options: [SD6, UDP6] }],
} as const satisfies Record<string, readonly SdEntry[]>

/** Options that only vsomeip and we know, or nobody, between two that everybody knows. */
export const FOREIGN_OPTIONS: readonly SdEntry[] = [
  {
    ...offer,
    options: [
      UDP4,
      { kind: 'protection', aliveCounter: 1, crc: 2 },
      { kind: 'selective', clientIds: [0x1343, 0x1344] },
      { kind: 'unknown', type: 0x77, isDiscardable: true, content: Uint8Array.of(0xab) },
      WEIGHT,
    ],
  },
]

/** The one message that the entries make. */
export function encodeDiscovery(entries: readonly SdEntry[]): Uint8Array {
  const [message, ...more] = packEntries([entries])
  assert.equal(more.length, 0)
  return message?.encode(SD_SESSION, SD_FLAGS) ?? assert.fail('no message')
}
