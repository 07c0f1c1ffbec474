import { fromHex, toHex } from '@opensovd/base/bytes'
import type { FakeClock } from '@opensovd/base/testing'
import type { EndpointAddress } from '../endpoint-address.ts'
import type { EndpointError } from '../errors.ts'
import type { ByteStream, Network, StreamHandler } from '../network.ts'

/** The far end of a connection, which does only what the test says, byte by byte. */
export class RawPeer implements StreamHandler {
  stream: ByteStream | undefined
  /** What arrived, as hex digits. */
  hex = ''
  /** How many chunks arrived. */
  chunks = 0
  closures: string[] = []

  /** Connects; the clock is moved until that has come about. */
  static async connect(clock: FakeClock, network: Network, remote: EndpointAddress, localPort = 0): Promise<RawPeer> {
    const peer = new RawPeer()
    const [stream] = await Promise.all([network.connectTcp({ remote, localPort }, peer), clock.advance(0)])
    peer.stream = stream
    return peer
  }

  say(...hex: readonly string[]): void {
    for (const bytes of hex) this.stream?.write(fromHex(bytes))
  }

  /** What arrived since the last call, as hex digits. */
  take(): string {
    const { hex } = this
    this.hex = ''
    return hex
  }

  data(chunk: Uint8Array): void {
    this.hex += toHex(chunk)
    this.chunks++
  }

  drained(): void {}

  closed(error: EndpointError | undefined): void {
    this.closures.push(error?.code ?? 'in order')
  }
}

/** Accepts connections and keeps their far ends. */
export class RawServer {
  readonly peers: RawPeer[] = []
  isAccepting = true

  accept(stream: ByteStream): StreamHandler | undefined {
    if (!this.isAccepting) return undefined
    const peer = new RawPeer()
    peer.stream = stream
    this.peers.push(peer)
    return peer
  }

  failed(): void {}

  get newest(): RawPeer {
    const peer = this.peers.at(-1)
    if (peer === undefined) throw new Error('nobody has connected')
    return peer
  }
}
