import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dtcStatusBits, dtcStatusByte, formatDtc, parseDtc } from './dtc.ts'

// The DTCs of the examples in ISO 14229-1:2020 12.3.5 and their SAE J2012 texts.
for (const [dtc, text] of [
  [0x0a9b17, 'P0A9B-17'],
  [0x080511, 'P0805-11'],
  [0x25221f, 'P2522-1F'],
  [0x4a0012, 'C0A00-12'],
  [0x9abcde, 'B1ABC-DE'],
  [0xc10000, 'U0100-00'],
] as const) {
  test(`writes and reads ${text}`, () => {
    assert.equal(formatDtc(dtc), text)
    assert.equal(parseDtc(text), dtc)
    assert.equal(parseDtc(text.toLowerCase()), dtc)
  })
}

test('takes a missing failure type as 00', () => {
  assert.equal(parseDtc('U0100'), 0xc10000)
})

test('refuses a text that is no DTC', () => {
  for (const text of ['', 'P012', 'X0123', 'P4123', 'P0123-1', 'P0123-111']) {
    assert.throws(() => parseDtc(text), SyntaxError, text)
  }
})

test('names the bits of a status byte', () => {
  assert.deepEqual(dtcStatusBits(0x24), ['pendingDtc', 'testFailedSinceLastClear'])
  assert.equal(dtcStatusByte(['testFailed', 'warningIndicatorRequested']), 0x81)
})
