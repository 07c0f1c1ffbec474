import assert from 'node:assert/strict'
import { FakeClock } from '@opensovd/base/testing'
import { E2eChecker } from '../../e2e/checker.ts'
import type { E2eLayout } from '../../e2e/layout.ts'
import { E2E_PROFILE } from '../../e2e/profiles.ts'
import { E2eProtector } from '../../e2e/protector.ts'
import { NpduCollector } from '../../npdu/collector.ts'
import { TpReassembler } from '../../tp/reassembler.ts'
import { segmentMessage } from '../../tp/segment.ts'
import { splitDatagram } from '../../wire/datagram.ts'
import { encodeMessage, type Message } from '../../wire/message.ts'
import { isSegment } from '../../wire/message-type.ts'
import type { Random } from './random.ts'
import { message, segments } from './samples.ts'
import type { FuzzTarget } from './target.ts'

const MAX_PAYLOAD_BYTES = 400
const MAX_DATAGRAM_BYTES = 120

/** Segments that were changed make messages within the bounds, or none; segments in any order make the message. */
function checkSegments(bytes: Uint8Array, random: Random): void {
  using reassembler = new TpReassembler({ clock: new FakeClock(), maxPayloadBytes: MAX_PAYLOAD_BYTES })
  const take = (segment: Message) => {
    const whole = isSegment(segment.messageType) ? reassembler.accept(segment, 'peer') : undefined
    if (whole !== undefined) assert.ok(whole.payload.length <= MAX_PAYLOAD_BYTES && !isSegment(whole.messageType))
    assert.ok(reassembler.bufferedBytes >= 0 && reassembler.bufferedBytes <= 4 * MAX_PAYLOAD_BYTES)
  }
  splitDatagram(bytes, { message: take, problem: () => {} })
  if (random.oneIn(4)) checkAnyOrder(random)
}

function checkAnyOrder(random: Random): void {
  const sent = message(random, MAX_PAYLOAD_BYTES)
  using reassembler = new TpReassembler({
    clock: new FakeClock(),
    maxPayloadBytes: MAX_PAYLOAD_BYTES,
    maxBufferedBytes: 1e6,
  })
  const left = segmentMessage(sent, 64)
  const found: Message[] = []
  while (left.length > 0) {
    const [segment] = left.splice(random.below(left.length), 1)
    if (segment === undefined) break
    const sink = {
      message: (one: Message) => {
        const whole = reassembler.accept(one, 'peer')
        if (whole !== undefined) found.push(whole)
      },
      problem: () => assert.fail('a segment is no message'),
    }
    splitDatagram(segment, sink)
  }
  assert.deepEqual(found, [sent])
}

/** Whatever the times, every message that was taken leaves once, and all datagrams can be read again. */
function checkTrains(bytes: Uint8Array, random: Random): void {
  const clock = new FakeClock()
  const left: string[] = []
  const depart = (datagram: Uint8Array) => {
    splitDatagram(datagram, {
      message: ({ serviceId, methodId, sessionId }) => left.push(`${serviceId} ${methodId} ${sessionId}`),
      problem: () => assert.fail('a datagram holds no message'),
    })
  }
  using collector = new NpduCollector({ clock, maxDatagramBytes: MAX_DATAGRAM_BYTES, depart })
  const taken: string[] = []
  for (const [index, size] of bytes.entries()) {
    const ids = { serviceId: 1 + random.below(2), methodId: random.below(3), sessionId: index }
    const sent = encodeMessage({ ...message(random), ...ids, payload: new Uint8Array(size % 64) })
    const timing = { debounceMs: random.below(4), retentionMs: random.below(4) }
    if (collector.send(sent, timing)) taken.push(`${ids.serviceId} ${ids.methodId} ${ids.sessionId}`)
  }
  collector.flush()
  assert.equal(collector.queuedBytes, 0)
  assert.deepEqual(left.toSorted(), taken.toSorted())
}

const LAYOUTS: readonly [E2eLayout, ...E2eLayout[]] = [
  E2E_PROFILE.P01({ dataId: 0x123, dataIdMode: 'nibble', maxDeltaCounter: 3 }),
  E2E_PROFILE.P01({ dataId: 0x123, dataIdMode: 'alternating' }),
  E2E_PROFILE.P02({ dataIdList: new Uint8Array(16), maxDeltaCounter: 3 }),
  E2E_PROFILE.P04({ dataId: 7, maxDeltaCounter: 3 }),
  E2E_PROFILE.P05({ dataId: 7, maxDeltaCounter: 3 }),
  E2E_PROFILE.P06({ dataId: 7, maxDeltaCounter: 3 }),
  E2E_PROFILE.P07({ dataId: 7, maxDeltaCounter: 3 }),
  E2E_PROFILE.P11({ dataId: 0x123, dataIdMode: 'both' }),
  E2E_PROFILE.P22({ dataIdList: new Uint8Array(16) }),
  E2E_PROFILE.CRC32({ crcOffset: 0 }),
]

/** Every check ends with a status; what was protected is in order, and a single wrong bit is noticed. */
function checkE2e(bytes: Uint8Array, random: Random): void {
  const layout = random.pick(LAYOUTS)
  new E2eChecker(layout).check(bytes)
  if (bytes.length < layout.minBytes || bytes.length > layout.maxBytes) return
  const area = bytes.slice()
  new E2eProtector(layout).protect(area)
  assert.equal(new E2eChecker(layout).check(area), 'OK', layout.profile)
  const at = random.below(area.length)
  area[at] = (area[at] ?? 0) ^ (1 << random.below(8))
  assert.notEqual(new E2eChecker(layout).check(area), 'OK', `${layout.profile}, byte ${at}`)
}

export const MESSAGE_TARGETS: readonly FuzzTarget[] = [
  { name: 'tp', weight: 60, generate: (random) => random.mutate(segments(random)), check: checkSegments },
  { name: 'npdu', weight: 30, generate: (random) => random.bytes(random.below(12)), check: checkTrains },
  { name: 'e2e', weight: 90, generate: (random) => random.bytes(random.below(48)), check: checkE2e },
]
