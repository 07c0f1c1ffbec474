import { type Clock, type Logger, messageOf, Scope, untilAborted } from '@opensovd/base'
import type { Bridge, FeatureFlags } from '@opensovd/core'
import { WebSocket } from 'ws'
import type { OwnServer } from './forwarded-request.ts'
import { type Hello, writeHello } from './frames.ts'
import { answerPings, Pings } from './pings.ts'
import { VehicleConnection } from './vehicle-connection.ts'

export interface VehicleClientOptions {
  /** `ws:` or `wss:`. */
  readonly url: string
  readonly hello: Hello
  readonly token?: string
  /** PEM. */
  readonly tls?: { readonly cert?: string; readonly key?: string; readonly ca?: string }
  readonly server: OwnServer
  readonly bridge: Pick<Bridge, 'isConnected'>
  readonly features: FeatureFlags
  readonly clock: Clock
  readonly log: Logger
  readonly heartbeatMs: number
  /** Before the first new attempt; twice as long before each further one, up to 5 min. */
  readonly backoffMs: number
  /** So many attempts in a row, and it is given up; 0: never. */
  readonly maxAttempts: number
  readonly maxFrameBytes: number
  readonly maxInFlight: number
}

const HANDSHAKE_MS = 10_000
/** A connection that lasts so long was a good one. */
const GOOD_MS = 10_000
const MAX_BACKOFF_MS = 300_000

interface Ended {
  readonly why: string
  readonly wasGood: boolean
}

/** Keeps the vehicle connected to its relay while the feature `bridge` is on, until what it returns is disposed. */
export function openVehicleClient(options: VehicleClientOptions): AsyncDisposable {
  const { features, log } = options
  const scope = new Scope((error) => log.error('the bridge failed', { error: messageOf(error) }))
  features.provide('bridge')
  scope.run(async (signal) => {
    for (;;) {
      await untilFeature(features, true, signal)
      const off = new AbortController()
      const watching = untilFeature(features, false, AbortSignal.any([signal, off.signal]))
      void watching.catch(() => {}).finally(() => off.abort())
      await keepConnected(options, off.signal)
      await watching
    }
  })
  return scope
}

/** Resolves when the feature is on, or off. Rejects with the signal's reason. */
async function untilFeature(features: FeatureFlags, isOn: boolean, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (features.isOn('bridge') === isOn) return
  const changed = new AbortController()
  const end = features.onChange(({ feature, enabled }) => {
    if (feature === 'bridge' && enabled === isOn) changed.abort()
  })
  await untilAborted(AbortSignal.any([signal, changed.signal]))
  end()
  signal.throwIfAborted()
}

/** Connects again and again; returns when the signal aborts or when it gives up. */
async function keepConnected(options: VehicleClientOptions, signal: AbortSignal): Promise<void> {
  const { clock, log, url, maxAttempts } = options
  let failures = 0
  while (!signal.aborted) {
    const { why, wasGood } = await connectOnce(options, signal)
    if (signal.aborted) return
    failures = wasGood ? 1 : failures + 1
    if (maxAttempts > 0 && failures > maxAttempts) {
      log.error('gave up to connect to the relay', { url, why, attempts: failures })
      return
    }
    const delayMs = backoffMs(options.backoffMs, failures, clock.random())
    log.warn('not connected to the relay', { url, why, retryInSeconds: Math.ceil(delayMs / 1000) })
    await clock.sleep(delayMs, signal).catch(() => {})
  }
}

/** Up to half of it is left to chance, so that vehicles do not come back all at once. */
export function backoffMs(firstMs: number, failures: number, random: number): number {
  const ceilingMs = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), Math.max(firstMs, MAX_BACKOFF_MS))
  return ceilingMs * (0.5 + random / 2)
}

/** One connection, from the first attempt to its end. */
async function connectOnce(options: VehicleClientOptions, signal: AbortSignal): Promise<Ended> {
  const { clock, log, url, hello, heartbeatMs, bridge } = options
  const socket = connect(options)
  answerPings(socket)
  let failure: string | undefined
  let openedAtMs: number | undefined
  let leave = () => socket.terminate()
  const closed = new Promise<string>((resolve) =>
    socket.once('close', (code, reason) => resolve(`closed with ${code} ${reason.toString()}`.trim())),
  )
  socket.on('error', (error) => {
    failure ??= messageOf(error)
  })
  const cancel = clock.after(HANDSHAKE_MS, () => {
    failure = `no answer within ${HANDSHAKE_MS / 1000} s`
    socket.terminate()
  })
  const ended = new AbortController()
  socket.once('open', () => {
    cancel()
    const connection = new VehicleConnection(socket, options)
    leave = () => connection.drain('the vehicle disconnects')
    socket.send(writeHello(hello))
    const pings = new Pings(socket, { clock, intervalMs: heartbeatMs })
    const greeted = pings.ping(ended.signal).then(() => {
      openedAtMs = clock.monotonic()
      bridge.isConnected = true
      log.info('connected to the relay', { url, vehicle: hello.vehicleId })
    })
    void greeted.catch(() => {})
  })
  const onAbort = () => leave()
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  const why = await closed
  signal.removeEventListener('abort', onAbort)
  cancel()
  ended.abort()
  bridge.isConnected = false
  return { why: failure ?? why, wasGood: openedAtMs !== undefined && clock.monotonic() - openedAtMs >= GOOD_MS }
}

function connect({ url, token, tls, maxFrameBytes }: VehicleClientOptions): WebSocket {
  return new WebSocket(url, {
    ...tls,
    perMessageDeflate: false,
    autoPong: false,
    maxPayload: maxFrameBytes,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  })
}
