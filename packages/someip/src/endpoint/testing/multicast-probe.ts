/** Run in a network namespace: tries groups on a real interface and prints what happened as JSON. */
import { systemClock } from '@opensovd/base/node'
import { endpointAddress } from '../endpoint-address.ts'
import { loadLibc } from '../native/libc.ts'
import { nativeChannels } from '../native/udp-channel.ts'
import type { UdpOptions } from '../network.ts'
import { openDgramChannel } from '../udp/dgram-channel.ts'
import { openUdpSocket } from '../udp/socket.ts'
import { NAMESPACE_ADDRESSES } from './network-namespace.ts'

const [kind] = process.argv.slice(2)
const libc = await loadLibc()
const open = kind === 'native' && libc !== undefined ? nativeChannels(libc) : openDgramChannel
const received: string[] = []
const failures: string[] = []

async function openSocket(name: string, options: Omit<UdpOptions, 'port'>) {
  return await openUdpSocket(
    open,
    { ...options, port: 0 },
    {
      datagrams: (batch) => {
        for (const { bytes, source, destination, multicast } of batch) {
          const text = new TextDecoder().decode(bytes)
          received.push(`${name}: ${text} from ${source.address} to ${destination} ${multicast}`)
        }
      },
      failed: (error) => failures.push(error.code),
    },
  )
}

async function tryGroup(name: string, address: string, group: string): Promise<void> {
  await using loud = await openSocket(`${name} loud`, { address })
  await using quiet = await openSocket(`${name} quiet`, { address, multicastLoopback: false })
  for (const socket of [loud, quiet]) {
    await socket.join(group)
    socket.send(new TextEncoder().encode('group'), endpointAddress(group, socket.local.port))
    socket.send(new TextEncoder().encode('self'), socket.local)
  }
  await systemClock.sleep(100)
}

await tryGroup('ipv4', NAMESPACE_ADDRESSES.ipv4, '224.244.224.245')
await tryGroup('ipv6', NAMESPACE_ADDRESSES.ipv6, 'ff14::4:c0')
await tryGroup('link-local', NAMESPACE_ADDRESSES.linkLocal, 'ff02::4:c0')

process.stdout.write(JSON.stringify({ received: received.sort(), failures }))
