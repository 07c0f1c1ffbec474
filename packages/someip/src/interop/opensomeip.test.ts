import assert from 'node:assert/strict'
import { test } from 'node:test'
import { skipFor } from '../endpoint/testing/skip.ts'
import { missingModules, PYTHON } from './testing/judge.ts'
import { ENDS, runBesideAnother, twoNamespacesObstacle } from './testing/two-namespaces.ts'

const PROBE = new URL('./testing/opensomeip-probe.ts', import.meta.url)
// Its service discovery sends from the address that the system chooses: it needs a host of its own.
const skip = missingModules('opensomeip') || skipFor(await twoNamespacesObstacle())

test('opensomeip finds our service, calls it and subscribes', { skip }, async () => {
  const found = [[ENDS.here, 30_509, 0x5678, 1]]
  assert.deepEqual(JSON.parse(await runBesideAnother(PROBE, 'client', PYTHON)), {
    theirs: { found, result: 0, response: '030201', subscription: 'SUBSCRIBED' },
    subscribers: [ENDS.there],
  })
})

test('we find a service of opensomeip, call it, subscribe and notice its end', { skip }, async () => {
  assert.deepEqual(JSON.parse(await runBesideAnother(PROBE, 'server', PYTHON)), {
    theirs: { calls: ['010203'] },
    response: '',
  })
})
