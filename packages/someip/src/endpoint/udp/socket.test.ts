import { systemClock } from '@opensovd/base/node'
import { systemInterfaces } from '../interfaces.ts'
import { loadLibc } from '../native/libc.ts'
import { nativeChannels } from '../native/udp-channel.ts'
import { udpContract } from '../testing/udp-contract.ts'
import type { OpenChannel } from './channel.ts'
import { openDgramChannel } from './dgram-channel.ts'
import { openUdpSocket } from './socket.ts'

const subject = (open: OpenChannel, tellsDestination: boolean, device?: string) => ({
  openUdp: openUdpSocket.bind(undefined, open),
  turn: () => systemClock.sleep(1),
  addresses: ['127.0.0.1', '127.0.0.2'] as const,
  tellsDestination,
  device,
  hasIpv6: systemInterfaces().some(({ address }) => address === '::1'),
})

const libc = await loadLibc()

udpContract('dgram', subject(openDgramChannel, false))
udpContract('native', libc && subject(nativeChannels(libc), true, 'lo'), libc ? undefined : 'koffi or 64-bit Linux')
