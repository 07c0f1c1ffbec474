// Speed of the SOME/IP codecs on one core: node bench/someip-codec.ts
import { systemClock } from '@opensovd/base/node'
import { E2E_PROFILE, E2eChecker, E2eProtector } from '@opensovd/someip/e2e'
import * as payload from '@opensovd/someip/payload'
import {
  decodeHeader,
  encodeMessage,
  encodeMessageInto,
  type Message,
  MessageView,
  StreamFramer,
  segmentMessage,
  splitDatagram,
  viewOf,
} from '@opensovd/someip/wire'

const MESSAGE: Message = {
  serviceId: 0x1234,
  methodId: 0x0421,
  clientId: 0x1343,
  sessionId: 1,
  interfaceVersion: 1,
  messageType: 0,
  returnCode: 0,
  payload: new Uint8Array(16),
}
const MESSAGE_BYTES = 32
const MESSAGES = 44
const ROUND_MS = 250
const AREA_BYTES = 1400

/** Keeps results alive, so that the work is not optimised away. */
let sum = 0

/** Runs `work`, which reports how many units it did, until the time is up; the best of three rounds in ns a unit. */
function measure(work: () => number): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 3; round++) {
    const start = systemClock.monotonic()
    let units = 0
    let elapsed = 0
    while (elapsed < ROUND_MS) {
      for (let turn = 0; turn < 100; turn++) units += work()
      elapsed = systemClock.monotonic() - start
    }
    best = Math.min(best, (elapsed * 1e6) / units)
  }
  return best
}

const datagram = new Uint8Array(MESSAGES * MESSAGE_BYTES)
const view = viewOf(datagram)
for (let at = 0; at < datagram.length; ) at = encodeMessageInto(MESSAGE, datagram, at)
const sink = {
  message: (message: MessageView) => {
    sum += message.methodId
  },
  problem: () => {
    throw new Error('the benchmark sends only messages')
  },
}

const framer = new StreamFramer({ maxMessageBytes: 1 << 20, direction: 'CLIENT_TO_SERVER' })
const { struct, u16, u32, string, array, encodePayload, decodePayload } = payload
const vehicle = struct({ speed: u16, odometer: u32, name: string(), wheels: array(u16) })
const vehicleValue = { speed: 50, odometer: 123_456, name: 'vehicle', wheels: [1, 2, 3, 4] }
const vehicleBytes = encodePayload(vehicle, vehicleValue)
const large = { ...MESSAGE, payload: new Uint8Array(100_000) }

// A loop of its own for each operation, as in real code: a shared one would measure the call instead.
const perMessage: [name: string, work: () => number][] = [
  [
    'decode header',
    () => {
      for (let at = 0; at < datagram.length; at += MESSAGE_BYTES) sum += decodeHeader(view, at).methodId
      return MESSAGES
    },
  ],
  [
    'decode message',
    () => {
      for (let at = 0; at < datagram.length; at += MESSAGE_BYTES) sum += new MessageView(datagram, view, at).sessionId
      return MESSAGES
    },
  ],
  [
    'decode message and take its payload',
    () => {
      for (let at = 0; at < datagram.length; at += MESSAGE_BYTES) {
        sum += new MessageView(datagram, view, at).payload.length
      }
      return MESSAGES
    },
  ],
  [
    `split a datagram of ${MESSAGES}, a message`,
    () => {
      splitDatagram(datagram, sink)
      return MESSAGES
    },
  ],
  [
    `frame a stream, ${MESSAGES} a chunk, a message`,
    () => {
      framer.push(datagram, sink)
      return MESSAGES
    },
  ],
  [
    'encode into a buffer',
    () => {
      for (let at = 0; at < datagram.length; ) at = encodeMessageInto(MESSAGE, datagram, at)
      return MESSAGES
    },
  ],
  [
    'encode into a new buffer',
    () => {
      for (let turn = 0; turn < MESSAGES; turn++) sum += encodeMessage(MESSAGE).length
      return MESSAGES
    },
  ],
  ['cut 100 kB into segments, a segment', () => segmentMessage(large).length],
  [
    'encode a payload of 4 members',
    () => {
      sum += encodePayload(vehicle, vehicleValue).length
      return 1
    },
  ],
  [
    'decode a payload of 4 members',
    () => {
      sum += decodePayload(vehicle, vehicleBytes).speed
      return 1
    },
  ],
]

const list = new Uint8Array(16)
const layouts = [
  E2E_PROFILE.P01({ dataId: 1, dataIdMode: 'both' }),
  E2E_PROFILE.P02({ dataIdList: list }),
  E2E_PROFILE.P04({ dataId: 1 }),
  E2E_PROFILE.P05({ dataId: 1 }),
  E2E_PROFILE.P07({ dataId: 1 }),
  E2E_PROFILE.CRC32({ crcOffset: 0 }),
]

console.log('| operation | ns |\n|---|---|')
for (const [name, work] of perMessage) console.log(`| ${name} | ${measure(work).toFixed(1)} |`)

console.log(`\n| E2E, ${AREA_BYTES} bytes | protect MB/s | check MB/s |\n|---|---|---|`)
for (const layout of layouts) {
  const area = new Uint8Array(AREA_BYTES)
  const protector = new E2eProtector(layout)
  const checker = new E2eChecker(layout)
  const protect = measure(() => {
    protector.protect(area)
    return AREA_BYTES
  })
  const check = measure(() => {
    if (checker.check(area) !== 'OK') throw new Error(`${layout.profile}: the check failed`)
    return AREA_BYTES
  })
  console.log(`| ${layout.profile} | ${(1e3 / protect).toFixed(0)} | ${(1e3 / check).toFixed(0)} |`)
}
if (sum === 0) throw new Error('nothing was measured')
