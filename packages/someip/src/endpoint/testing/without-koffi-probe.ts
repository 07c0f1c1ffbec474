/** Run in a process of its own: opens the network where koffi cannot be loaded, and prints what it can do as JSON. */
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier === 'koffi') throw new Error('koffi is not installed')
    return nextResolve(specifier, context)
  },
})

const { openNodeNetwork } = await import('../node-network.ts')
const network = await openNodeNetwork()
const handler = { datagrams: () => {}, failed: () => {} }
const options = { address: '127.0.0.1', port: 0 }
const refused = await network.openUdp({ ...options, device: 'lo' }, handler).catch((error) => error.code)
await using socket = await network.openUdp(options, handler)
await using listener = await network.listenTcp(options, { accept: () => undefined, failed: () => {} })
const opened = [socket.local.address, listener.local.address]
process.stdout.write(JSON.stringify({ native: network.native, refused, opened }))
