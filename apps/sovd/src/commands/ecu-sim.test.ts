import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { DoipLinks } from '@opensovd/uds'
import { nodeNetwork } from '@opensovd/uds/node'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const EXAMPLE = fileURLToPath(new URL('../../../../docs/examples/ecus/powertrain.yaml', import.meta.url))

test('ecu-sim runs the shipped description until a signal ends it', async () => {
  const args = [MAIN, 'ecu-sim', EXAMPLE, '--port', '0']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const [ready] = await once(createInterface(child.stdout), 'line')
    const port = Number(/^ready: DoIP gateway 0x0001 at 127\.0\.0\.1:(\d+)/.exec(String(ready))?.[1])
    await using links = new DoipLinks({ network: nodeNetwork(), clock: systemClock, log: silentLogger })
    const ecu = links.link({ host: '127.0.0.1', port, testerAddress: 0x0e80 }).tester.ecu(0x1002)
    const { data } = await ecu.request('readDataByIdentifier', { dids: [0xf190] })
    assert.equal(new TextDecoder().decode(data), 'W0L000043MB541326')
    child.kill('SIGTERM')
    assert.deepEqual(await once(child, 'close'), [0, null])
  } finally {
    child.kill('SIGKILL')
  }
})
