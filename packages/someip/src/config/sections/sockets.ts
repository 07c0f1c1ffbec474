import { object, obsolete, readEach } from '../compounds.ts'
import type { Found } from '../field.ts'
import type { Problems } from '../problems.ts'
import { integer } from '../scalars.ts'
import { type EndpointLimits, endpointLimitsField } from './endpoint-limits.ts'

export interface SocketConfiguration {
  readonly queueLimits: QueueLimits
  /** Connections between applications on different hosts that share one routing host. */
  readonly localTcp: TcpOptions
  /** Connections to services and clients on the network. */
  readonly externalTcp: TcpOptions
  readonly tcpRestartAbortsMax: number
  readonly tcpConnectTimeMaxMs: number
  readonly udpReceiveBufferBytes: number
  /** The mode of local sockets. */
  readonly udsPermissions: number
}

/** How many bytes may wait to be sent on one connection; Infinity: any number. */
export interface QueueLimits {
  readonly externalBytes: number
  readonly localBytes: number
  /** By address and port of the service, in place of `externalBytes`. */
  readonly bytesByEndpoint: EndpointLimits
}

export interface TcpOptions {
  readonly userTimeoutMs: number
  readonly keepIdleSeconds: number
  readonly keepIntervalSeconds: number
  readonly keepCount: number
}

const UNLIMITED = 0xffff_ffff
const NOT_SHARED = 'applications that share a routing host do not use TCP between each other'

const queueLimit = (meaning: string) =>
  integer({
    type: 'uint32',
    reader: 'stoul',
    default: UNLIMITED,
    defaultText: '4294967295 (no limit)',
    meaning,
    repeat: 'first',
  })

const option = (value: number, meaning: string, noEffect?: string) =>
  integer({ type: 'uint32', reader: 'stoul', default: value, meaning, ...(noEffect === undefined ? {} : { noEffect }) })

const LOCAL = 'between hosts that share a routing host'
const KOFFI = 'the optional package koffi on 64-bit Linux'
const EXTERNAL = 'to services and clients on the network'

export const socketFields = {
  'endpoint-queue-limits': endpointLimitsField({
    limit: 'queue-size-limit',
    limitMeaning: 'most bytes that wait to be sent',
    meaning: 'limits of what waits to be sent, by address and port of the service',
    minimum: 1,
    repeat: 'first',
  }),
  'endpoint-queue-limit-external': queueLimit('most bytes that wait to be sent to one host on the network'),
  'endpoint-queue-limit-local': queueLimit('most bytes that wait to be sent to one application of this host'),
  'network-options': object(
    {
      'local-tcp-user-timeout': option(3000, `milliseconds; TCP_USER_TIMEOUT ${LOCAL}`, NOT_SHARED),
      'local-tcp-keepidle': option(1, `seconds; TCP_KEEPIDLE ${LOCAL}`, NOT_SHARED),
      'local-tcp-keepintvl': option(1, `seconds; TCP_KEEPINTVL ${LOCAL}`, NOT_SHARED),
      'local-tcp-keepcnt': option(3, `TCP_KEEPCNT ${LOCAL}`, NOT_SHARED),
      'external-tcp-user-timeout': option(3000, `milliseconds; TCP_USER_TIMEOUT ${EXTERNAL}; needs ${KOFFI}`),
      'external-tcp-keepidle': option(1, `seconds; TCP_KEEPIDLE ${EXTERNAL}`),
      'external-tcp-keepintvl': option(1, `seconds; TCP_KEEPINTVL ${EXTERNAL}`),
      'external-tcp-keepcnt': option(3, `TCP_KEEPCNT ${EXTERNAL}`),
    },
    { meaning: 'options of TCP sockets' },
  ),
  'tcp-restart-aborts-max': integer({
    type: 'uint32',
    reader: 'stoul',
    default: 5,
    meaning: 'how often a restart of a TCP connection waits for a connection attempt under way',
    repeat: 'first',
  }),
  'tcp-connect-time-max': integer({
    type: 'uint32',
    reader: 'stoul',
    default: 5000,
    meaning: 'milliseconds after which a TCP connection attempt is given up',
    repeat: 'first',
  }),
  'udp-receive-buffer-size': integer({
    type: 'int32',
    reader: 'stoi',
    default: 1_703_936,
    meaning: 'bytes; SO_RCVBUF of UDP sockets',
    repeat: 'first',
  }),
  'file-permissions': object(
    {
      'permissions-uds': integer({
        type: 'uint32',
        notation: 'octal',
        default: 0o666,
        defaultText: '0666',
        meaning: 'mode of local sockets',
      }),
      'permissions-shm': obsolete('there has been no shared memory since vsomeip 3'),
    },
    { meaning: 'modes of files' },
  ),
}

export function readSockets(
  find: (key: keyof typeof socketFields) => readonly Found[],
  problems: Problems,
): SocketConfiguration {
  const values = readEach(socketFields, find, problems)
  const options = values['network-options']
  return {
    queueLimits: {
      externalBytes: orUnlimited(values['endpoint-queue-limit-external']),
      localBytes: orUnlimited(values['endpoint-queue-limit-local']),
      bytesByEndpoint: values['endpoint-queue-limits'],
    },
    localTcp: {
      userTimeoutMs: options['local-tcp-user-timeout'],
      keepIdleSeconds: options['local-tcp-keepidle'],
      keepIntervalSeconds: options['local-tcp-keepintvl'],
      keepCount: options['local-tcp-keepcnt'],
    },
    externalTcp: {
      userTimeoutMs: options['external-tcp-user-timeout'],
      keepIdleSeconds: options['external-tcp-keepidle'],
      keepIntervalSeconds: options['external-tcp-keepintvl'],
      keepCount: options['external-tcp-keepcnt'],
    },
    tcpRestartAbortsMax: values['tcp-restart-aborts-max'],
    tcpConnectTimeMaxMs: values['tcp-connect-time-max'],
    udpReceiveBufferBytes: values['udp-receive-buffer-size'],
    udsPermissions: values['file-permissions']['permissions-uds'],
  }
}

function orUnlimited(bytes: number): number {
  return bytes === UNLIMITED ? Number.POSITIVE_INFINITY : bytes
}
