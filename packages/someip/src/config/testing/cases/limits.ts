import type { Configuration } from '../../configuration.ts'
import { keyCases } from '../key-case.ts'

const MIB_10 = 10 * 1024 * 1024

const sizes = keyCases('', '{%}', (c) => c.messageSizes, [
  ['max-payload-size-local', '"15000"', (s) => s.maxLocalBytes, MIB_10, 15016],
  ['max-payload-size-reliable', '17000', (s) => s.maxReliableBytes, MIB_10, 17016],
  ['max-payload-size-unreliable', '"5000"', (s) => s.maxUnreliableBytes, MIB_10, 5016],
  ['buffer-shrink-threshold', '"11"', (s) => s.bufferShrinkThreshold, 5, 11],
])

const queues = keyCases('', '{%}', (c) => c.sockets.queueLimits, [
  ['endpoint-queue-limit-external', '"2000"', (q) => q.externalBytes, Number.POSITIVE_INFINITY, 2000],
  ['endpoint-queue-limit-local', '3000', (q) => q.localBytes, Number.POSITIVE_INFINITY, 3000],
])

const byEndpoint = [
  ['payload-sizes', 'max-payload-size', (c: Configuration) => c.messageSizes.maxBytesByEndpoint, 616],
  ['endpoint-queue-limits', 'queue-size-limit', (c: Configuration) => c.sockets.queueLimits.bytesByEndpoint, 600],
] as const
const endpoints = byEndpoint.flatMap(([key, limit, read, bytes]) => {
  const expected = new Map([['10.0.0.1', new Map([[30501, bytes]])]])
  const port = (given: string) => `{"${key}":[{"unicast":"10.0.0.1","ports":[{${given} %}]}]}`
  const ports = `"ports":[{"port":"30501","${limit}":"600"}]`
  return [
    ...keyCases(`${key}[]`, `{"${key}":[{${ports} %}]}`, read, [
      ['unicast', '"10.0.0.1"', (limits) => limits, new Map(), expected],
    ]),
    ...keyCases(`${key}[].ports[]`, port(`"${limit}":"600"`), read, [
      ['port', '"30501"', (limits) => limits.get('10.0.0.1')?.get(30501), undefined, bytes],
    ]),
    ...keyCases(`${key}[].ports[]`, port('"port":"30501"'), read, [
      [limit, '600', (limits) => limits.get('10.0.0.1')?.get(30501), undefined, bytes],
    ]),
  ]
})

const options = keyCases('network-options', '{"network-options":{%}}', (c) => c.sockets, [
  ['local-tcp-user-timeout', '1', (s) => s.localTcp.userTimeoutMs, 3000, 1],
  ['local-tcp-keepidle', '2', (s) => s.localTcp.keepIdleSeconds, 1, 2],
  ['local-tcp-keepintvl', '"3"', (s) => s.localTcp.keepIntervalSeconds, 1, 3],
  ['local-tcp-keepcnt', '4', (s) => s.localTcp.keepCount, 3, 4],
  ['external-tcp-user-timeout', '5', (s) => s.externalTcp.userTimeoutMs, 3000, 5],
  ['external-tcp-keepidle', '"6"', (s) => s.externalTcp.keepIdleSeconds, 1, 6],
  ['external-tcp-keepintvl', '7', (s) => s.externalTcp.keepIntervalSeconds, 1, 7],
  ['external-tcp-keepcnt', '8', (s) => s.externalTcp.keepCount, 3, 8],
])

const sockets = [
  ...keyCases('', '{%}', (c) => c.sockets, [
    ['tcp-restart-aborts-max', '"15"', (s) => s.tcpRestartAbortsMax, 5, 15],
    ['tcp-connect-time-max', '"10000"', (s) => s.tcpConnectTimeMaxMs, 5000, 10_000],
    ['udp-receive-buffer-size', '"212992"', (s) => s.udpReceiveBufferBytes, 1_703_936, 212_992],
  ]),
  ...keyCases('file-permissions', '{"file-permissions":{%}}', (c) => c.sockets.udsPermissions, [
    ['permissions-uds', '"0222"', (mode) => mode, 0o666, 0o222],
    ['permissions-shm', '"0222"', (mode) => mode, 0o666, 0o666],
  ]),
]

const zero = [
  ...keyCases(
    'payload-sizes[].ports[]',
    '{"payload-sizes":[{"unicast":"10.0.0.1","ports":[{"port":"1" %}]}]}',
    (c) => c.messageSizes.maxBytesByEndpoint.get('10.0.0.1')?.get(1),
    [['max-payload-size', '0', (bytes) => bytes, undefined, 16]],
  ),
  ...keyCases(
    'endpoint-queue-limits[].ports[]',
    '{"endpoint-queue-limits":[{"unicast":"10.0.0.1","ports":[{"port":"1" %}]}]}',
    (c) => c.sockets.queueLimits.bytesByEndpoint.get('10.0.0.1')?.get(1),
    [['queue-size-limit', '0', (bytes) => bytes, undefined, undefined]],
  ),
]

export const limitCases = [...sizes, ...queues, ...endpoints, ...options, ...sockets, ...zero]
