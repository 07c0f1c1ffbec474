/** Run in a network namespace: takes the interface down and up, and prints what the monitor told as JSON. */
import { execFileSync } from 'node:child_process'
import { systemClock } from '@opensovd/base/node'
import { InterfaceMonitor } from '../interface-monitor.ts'
import { openNodeNetwork } from '../node-network.ts'

const network = await openNodeNetwork()
const failures: unknown[] = []
using monitor = new InterfaceMonitor({
  network,
  clock: systemClock,
  pollMs: 10,
  onFailure: (error) => failures.push(error),
})
const events: string[] = []
monitor.onChange(({ kind, interface: { name, address, prefixLength } }) => {
  if (!address.includes(':')) events.push(`${kind} ${name} ${address}/${prefixLength}`)
})
const first = monitor.interfaces.map(({ name, address, prefixLength }) => `${name} ${address}/${prefixLength}`)
for (const state of ['down', 'up']) {
  execFileSync('ip', ['link', 'set', 'd0', state])
  await systemClock.sleep(50)
}
process.stdout.write(JSON.stringify({ first: first.sort(), events, failures }))
