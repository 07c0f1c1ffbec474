import { systemInterfaces } from './interfaces.ts'
import { loadLibc } from './native/libc.ts'
import { nativeChannels } from './native/udp-channel.ts'
import type { Network } from './network.ts'
import { connectNodeTcp, listenNodeTcp } from './tcp/node-tcp.ts'
import { openDgramChannel } from './udp/dgram-channel.ts'
import { openUdpSocket } from './udp/socket.ts'

export interface NodeNetworkOptions {
  /** Whether to call the system directly where koffi is installed; it does more, faster. Default: true. */
  readonly native?: boolean
}

/** The network of this machine. */
export async function openNodeNetwork(
  options: NodeNetworkOptions = {},
): Promise<Network & { readonly native: boolean }> {
  const libc = options.native === false ? undefined : await loadLibc()
  const open = libc === undefined ? openDgramChannel : nativeChannels(libc)
  return {
    native: libc !== undefined,
    openUdp: (udpOptions, handler) => openUdpSocket(open, udpOptions, handler),
    listenTcp: (listenOptions, acceptor) => listenNodeTcp(libc, listenOptions, acceptor),
    connectTcp: (connectOptions, handler, signal) => connectNodeTcp(libc, connectOptions, handler, signal),
    interfaces: systemInterfaces,
  }
}
