import { messageOf } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import type { OfferedService, Transport } from '@opensovd/someip'
import { ended, runApplication } from '../run-application.ts'
import { type Burst, decodeBurst } from './burst.ts'
import { BENCH, BURST_METHOD, ECHO_METHOD, EVENT, EVENTGROUP, SEQUENCE_BYTES } from './ids.ts'

/** How many events are sent without letting anything else happen. */
const BATCH = 64

/** Echoes requests, and sends events when it is asked to, until a signal ends it. */
export async function benchService(transport: Transport): Promise<void> {
  await runApplication('service-sample', async (application, signal) => {
    const service = await application.offerService({
      ...BENCH,
      events: [{ eventId: EVENT, eventgroupIds: [EVENTGROUP], kind: 'event', reliability: transport }],
      methods: {
        [ECHO_METHOD]: ({ payload }) => payload,
        [BURST_METHOD]: ({ payload }) => {
          send(service, decodeBurst(payload), signal).catch((error: unknown) => {
            if (!signal.aborted) console.error(`the burst ended: ${messageOf(error)}`)
          })
          return undefined
        },
      },
    })
    console.log('ready')
    await ended(signal)
  })
}

/** Sends the events at their times; those that are late are sent together. */
async function send(service: OfferedService, burst: Burst, signal: AbortSignal): Promise<void> {
  const { count, bytes, gapMicroseconds } = burst
  const payload = new Uint8Array(Math.max(SEQUENCE_BYTES, bytes))
  const view = new DataView(payload.buffer)
  const startMs = systemClock.monotonic()
  for (let sent = 0; sent < count; ) {
    const elapsedMs = systemClock.monotonic() - startMs
    const due = gapMicroseconds === 0 ? count : Math.floor((elapsedMs * 1000) / gapMicroseconds) + 1
    const end = Math.min(count, due, sent + BATCH)
    for (; sent < end; sent++) {
      view.setUint32(0, sent)
      service.notify(EVENT, payload)
    }
    if (sent < due && sent < count) await new Promise<void>((resolve) => setImmediate(resolve))
    else await systemClock.sleep(1, signal)
  }
}
