/** What reading a message costs: time and memory of its header, of the message with its view, and of its payload. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { systemClock } from '@opensovd/base/node'
import {
  decodeHeader,
  encodeMessageInto,
  MESSAGE_TYPE,
  type MessageView,
  splitDatagram,
  viewOf,
} from '@opensovd/someip/wire'

const MESSAGE_BYTES = 32
const MESSAGES = 44
const ROUNDS = 5
const ROUND_MS = 100
/** Few enough messages that no collection comes between. */
const MEASURED_TURNS = 30

export interface CodecCost {
  readonly name: string
  readonly nanoseconds: number
  readonly heapBytes: number
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Keeps results alive, so that the work is not optimised away. */
let sum = 0
let kept: Uint8Array | undefined

export function measureCodec(): readonly CodecCost[] {
  const datagram = new Uint8Array(MESSAGES * MESSAGE_BYTES)
  const view = viewOf(datagram)
  const ids = { serviceId: 0x1234, methodId: 0x0421, clientId: 0x1343, sessionId: 1, interfaceVersion: 1 }
  const message = { ...ids, messageType: MESSAGE_TYPE.REQUEST, returnCode: 0, payload: new Uint8Array(16) }
  for (let at = 0; at < datagram.length; ) at = encodeMessageInto(message, datagram, at)
  const sink = (read: (message: MessageView) => number) => ({
    message: (one: MessageView) => {
      sum += read(one)
    },
    problem: () => {
      throw new Error('the benchmark sends only messages')
    },
  })
  const [views, payloads] = [sink(({ sessionId }) => sessionId), sink(keepPayload)]
  // A loop of its own for each: a shared one would measure the call.
  const costs = [
    measure('header', () => {
      for (let at = 0; at < datagram.length; at += MESSAGE_BYTES) sum += decodeHeader(view, at).methodId
    }),
    measure('message of a datagram', () => splitDatagram(datagram, views, view)),
    measure('the same, and its payload', () => splitDatagram(datagram, payloads, view)),
  ]
  if (sum === 0) throw new Error('nothing was measured')
  return costs
}

function keepPayload({ payload }: MessageView): number {
  kept = payload
  return kept.length
}

/** The best time of some rounds, and the heap that messages take when the code is compiled. */
function measure(name: string, work: () => void): CodecCost {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const start = systemClock.monotonic()
    let turns = 0
    let elapsed = 0
    for (; elapsed < ROUND_MS; elapsed = systemClock.monotonic() - start) {
      for (let turn = 0; turn < 100; turn++) work()
      turns += 100
    }
    best = Math.min(best, (elapsed * 1e6) / (turns * MESSAGES))
  }
  const heapBytes = Array.from({ length: ROUNDS }, () => {
    collectGarbage()
    const before = process.memoryUsage().heapUsed
    for (let turn = 0; turn < MEASURED_TURNS; turn++) work()
    return (process.memoryUsage().heapUsed - before) / (MEASURED_TURNS * MESSAGES)
  })
  const [median = Number.NaN] = heapBytes.toSorted((a, b) => a - b).slice(Math.floor(ROUNDS / 2))
  return { name, nanoseconds: best, heapBytes: median }
}
