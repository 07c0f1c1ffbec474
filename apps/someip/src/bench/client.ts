import { systemClock } from '@opensovd/base/node'
import type { ServiceProxy, Transport } from '@opensovd/someip'
import { runApplication } from '../run-application.ts'
import { encodeBurst } from './burst.ts'
import { BENCH, BURST_METHOD, ECHO_METHOD, EVENT, EVENTGROUP } from './ids.ts'
import { type BenchResult, formatResult, percentiles } from './statistics.ts'

export interface BenchClientOptions {
  readonly kind: string
  readonly transport: Transport
  readonly count: number
  readonly bytes: number
  /** The window of `win`, the microseconds between two events of `ev`. */
  readonly extra: number | undefined
  readonly json: boolean
}

interface Measurement {
  readonly received: number
  readonly seconds: number
  readonly times: readonly number[]
}

const DEFAULT_WINDOW = 16
/** Calls before the measurement, for the compiler. */
const WARM_UP = 200
/** Silence after which missing events count as lost. */
const SILENCE_MS = 1000

/** Measures the service and prints the result. */
export async function benchClient(options: BenchClientOptions): Promise<void> {
  await runApplication('client-sample', async (application, signal) => {
    const service = application.requestService(BENCH)
    await service.whenAvailable(signal)
    const window = options.kind === 'win' ? (options.extra ?? DEFAULT_WINDOW) : 1
    const found =
      options.kind === 'ev'
        ? await measureEvents(service, options, signal)
        : await measureCalls(service, options, Math.max(1, window), signal)
    print(options, found)
  })
}

async function measureCalls(
  service: ServiceProxy,
  { transport, count, bytes }: BenchClientOptions,
  window: number,
  signal: AbortSignal,
): Promise<Measurement> {
  const payload = new Uint8Array(bytes)
  const callMany = async (total: number) => {
    const times: number[] = []
    let next = 0
    const caller = async () => {
      while (next++ < total && !signal.aborted) {
        const startMs = systemClock.monotonic()
        const isAnswered = await service.call(ECHO_METHOD, payload, { transport, signal }).then(
          () => true,
          () => false,
        )
        if (isAnswered) times.push(systemClock.monotonic() - startMs)
      }
    }
    const startMs = systemClock.monotonic()
    await Promise.all(Array.from({ length: window }, caller))
    return { received: times.length, seconds: (systemClock.monotonic() - startMs) / 1000, times }
  }
  await callMany(Math.min(WARM_UP, count))
  return await callMany(count)
}

async function measureEvents(
  service: ServiceProxy,
  { transport, count, bytes, extra = 0 }: BenchClientOptions,
  signal: AbortSignal,
): Promise<Measurement> {
  let received = 0
  let firstMs = 0
  let lastMs = systemClock.monotonic()
  const onNotification = () => {
    lastMs = systemClock.monotonic()
    if (received++ === 0) firstMs = lastMs
  }
  using subscription = service.subscribe(
    { eventgroupId: EVENTGROUP, events: [EVENT], reliability: transport, onNotification },
    signal,
  )
  while (subscription.state !== 'acknowledged') await systemClock.sleep(1, signal)
  const burst = encodeBurst({ count, bytes, gapMicroseconds: extra })
  await service.call(BURST_METHOD, burst, { transport, signal })
  while (received < count && systemClock.monotonic() - lastMs < SILENCE_MS) await systemClock.sleep(1, signal)
  return { received, seconds: (lastMs - firstMs) / 1000, times: [] }
}

function print({ kind, transport, count, bytes, json }: BenchClientOptions, found: Measurement): void {
  const { received, seconds, times } = found
  const result: BenchResult = {
    ...{ kind, transport: transport === 'reliable' ? 'tcp' : 'udp', count, bytes, received, seconds },
    lost: count - received,
    perSecond: seconds > 0 ? received / seconds : 0,
    ...percentiles(times),
  }
  console.log(json ? JSON.stringify(result) : formatResult(result))
}
