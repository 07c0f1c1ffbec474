import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '@opensovd/base/bytes'
import { FakeClock } from '@opensovd/base/testing'
import { DebounceGate, type DebounceRule } from './debounce-gate.ts'

const NEVER: DebounceRule = {
  onChange: false,
  onChangeResetsInterval: false,
  intervalMs: undefined,
  ignoredBits: new Map(),
}

function gate(rule: Partial<DebounceRule>, clock = new FakeClock()) {
  const judged = new DebounceGate(clock, { ...NEVER, ...rule })
  return { clock, passes: (hex: string) => judged.passes(fromHex(hex)) }
}

test('shows nothing when neither a change nor time lets a notification pass', () => {
  const { passes } = gate({})
  assert.deepEqual(['01', '02', '01'].map(passes), [false, false, false])
})

test('shows a notification that differs from the one received before it', () => {
  const { passes } = gate({ onChange: true })
  assert.deepEqual(['01', '01', '02', '01', '0102', '01'].map(passes), [true, false, true, true, true, true])
})

test('does not count bits that are ignored as a change', () => {
  const { passes } = gate({ onChange: true, ignoredBits: new Map([[1, 0x0f]]) })
  assert.deepEqual(['0000', '000f', '0010', '0110'].map(passes), [true, false, true, true])
})

test('does not count a byte that is ignored whole as a change of the length', () => {
  const { passes } = gate({ onChange: true, ignoredBits: new Map([[1, 0xff]]) })
  assert.deepEqual(['00', '0001', '00', '000102'].map(passes), [true, false, false, true])
  const partly = gate({ onChange: true, ignoredBits: new Map([[1, 0xfe]]) })
  assert.deepEqual(['00', '0001'].map(partly.passes), [true, true])
})

test('shows the first notification and then one in each interval', async () => {
  const { clock, passes } = gate({ intervalMs: 100 })
  assert.equal(passes('01'), true)
  assert.equal(passes('02'), false)
  await clock.advance(99)
  assert.equal(passes('03'), false)
  await clock.advance(1)
  assert.equal(passes('03'), true)
  assert.equal(passes('04'), false)
})

test('lets a change start the interval anew only where that is wanted', async () => {
  for (const onChangeResetsInterval of [true, false]) {
    const { clock, passes } = gate({ onChange: true, intervalMs: 100, onChangeResetsInterval })
    passes('01')
    await clock.advance(60)
    assert.equal(passes('02'), true)
    await clock.advance(60)
    assert.equal(passes('02'), !onChangeResetsInterval)
  }
})
