import { toHex } from '@opensovd/base/bytes'
import type { MessageView } from '../../wire/message.ts'
import type { WireProblem } from '../../wire/wire-problem.ts'
import type { EndpointAddress } from '../endpoint-address.ts'
import type { EndpointError } from '../errors.ts'
import type { ConnectionReceiver } from '../message/receiver.ts'

/** Remembers what an endpoint handed over. */
export class RecordingReceiver implements ConnectionReceiver {
  /** Messages as hex digits. */
  readonly messages: string[] = []
  readonly sources: string[] = []
  readonly multicasts: boolean[] = []
  readonly problems: WireProblem['kind'][] = []
  /** `+` and a peer that connected, `-` and one that disconnected, with the reason. */
  readonly connections: string[] = []
  onMessage: (message: MessageView, source: EndpointAddress) => void = () => {}
  onProblem: (problem: WireProblem, source: EndpointAddress) => void = () => {}
  onConnected: (peer: EndpointAddress) => void = () => {}

  message(message: MessageView, source: EndpointAddress, isMulticast: boolean): void {
    this.messages.push(toHex(message.bytes))
    this.sources.push(source.key)
    this.multicasts.push(isMulticast)
    this.onMessage(message, source)
  }

  problem(problem: WireProblem, source: EndpointAddress): void {
    this.problems.push(problem.kind)
    this.onProblem(problem, source)
  }

  connected(peer: EndpointAddress): void {
    this.connections.push(`+ ${peer.key}`)
    this.onConnected(peer)
  }

  disconnected(peer: EndpointAddress, error: EndpointError | undefined): void {
    this.connections.push(`- ${peer.key} ${error?.code ?? 'in order'}`)
  }
}
