import net from 'node:net'
import { systemClock } from '@opensovd/base/node'

import type { Network } from '../network.ts'
import { openNodeNetwork } from '../node-network.ts'
import { tcpContract } from '../testing/tcp-contract.ts'

const subject = (network: Network, device?: string) => ({
  networks: [network, network] as const,
  addresses: ['127.0.0.1', '127.0.0.2'] as const,
  turn: () => systemClock.sleep(1),
  device,
})

const [plain, native] = [await openNodeNetwork({ native: false }), await openNodeNetwork()]
const missing = native.native ? undefined : 'koffi or 64-bit Linux'

tcpContract('Node.js', subject(plain))
tcpContract(
  'Node.js with koffi',
  native.native ? subject(native, 'BoundSocket' in net ? 'lo' : undefined) : undefined,
  missing,
)
