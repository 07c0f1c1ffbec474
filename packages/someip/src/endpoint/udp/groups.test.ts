import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadLibc } from '../native/libc.ts'
import { NAMESPACE_ADDRESSES, namespaceObstacle, runInNamespace } from '../testing/network-namespace.ts'
import { skipFor } from '../testing/skip.ts'

const PROBE = fileURLToPath(new URL('../testing/multicast-probe.ts', import.meta.url))
const obstacle = await namespaceObstacle()
const noLibc = (await loadLibc()) === undefined ? 'koffi or 64-bit Linux' : ''

for (const [kind, missing] of [
  ['dgram', ''],
  ['native', noLibc],
] as const) {
  test(`${kind}: groups travel through the interface of the address, back too unless told otherwise`, {
    skip: skipFor(obstacle || missing),
  }, async () => {
    const { ipv4, ipv6, linkLocal } = NAMESPACE_ADDRESSES
    const heard = (name: string, address: string, group: string) => [
      `${name} loud: group from ${address} to ${group} true`,
      `${name} loud: self from ${address} to ${address} false`,
      `${name} quiet: self from ${address} to ${address} false`,
    ]
    assert.deepEqual(JSON.parse(await runInNamespace(PROBE, kind)), {
      received: [
        ...heard('ipv4', ipv4, '224.244.224.245'),
        ...heard('ipv6', ipv6, 'ff14::4:c0'),
        ...heard('link-local', linkLocal, 'ff02::4:c0'),
      ],
      failures: [],
    })
  })
}
