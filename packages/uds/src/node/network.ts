import type { Clock } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import type { Network } from '../network.ts'
import { openDatagram } from './datagrams.ts'
import { connectStream, listenForStreams } from './streams.ts'

/** The network of this machine: node:net, node:tls and node:dgram. */
export function nodeNetwork(clock: Clock = systemClock): Network {
  return {
    connect: (options, signal) => connectStream(clock, options, signal),
    listen: (options, onConnection) => listenForStreams(clock, options, onConnection),
    openDatagram,
  }
}
