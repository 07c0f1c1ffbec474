import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { INTEGER_TYPES, NOTATIONS, type Notation, READERS, type Reader, readInteger } from './integer-text.ts'

/** What GCC's libstdc++ 12 reads: text as a C string, notation, call, type, and the number, or `keep` if none is stored. */
const measured = readFileSync(new URL('testing/libstdcxx-integers.tsv', import.meta.url), 'utf8')
const ROW = /^"(?<text>[^"]*)"\t(?<notation>[^\t]*)\t(?<reader>\w+)\t(?<type>\w+)\t(?<number>[-\w]+)$/

const isReader = (name: string): name is Reader => name in READERS
const isNotation = (name: string): name is Notation => name in NOTATIONS || name === 'decimal or 0x'
const isType = (name: string): name is keyof typeof INTEGER_TYPES => name in INTEGER_TYPES

test('reads what libstdc++ reads', () => {
  const rows = measured.trimEnd().split('\n')
  assert.equal(rows.length, 658)
  for (const row of rows) {
    const { text = '', notation = '', reader = '', type = '', number = '' } = ROW.exec(row)?.groups ?? {}
    assert.ok(isNotation(notation) && isReader(reader) && isType(type), row)
    const { value } = readInteger(text, { type: INTEGER_TYPES[type], notation, reader })
    assert.equal(value === undefined ? 'keep' : String(value), number, row)
  }
})

const uint16 = { type: INTEGER_TYPES.uint16, notation: 'decimal', reader: 'stream' } as const

test('a number that is read as written has no flaw', () => {
  for (const text of ['0', '7', ' 7', '7 ', '+7', '007', '65535']) {
    assert.equal(readInteger(text, uint16).flaw, undefined, text)
  }
  assert.equal(readInteger('0xFFFF', { ...uint16, notation: 'decimal or 0x' }).flaw, undefined)
})

test('whatever is lost is a flaw', () => {
  for (const text of ['', ' ', 'abc', '12abc', '1.5', '1e3', '0x10', '- 5', '0x']) {
    assert.equal(readInteger(text, uint16).flaw?.kind, 'unreadable-number', text)
  }
  for (const text of ['65536', '-1', '-65536', '99999999999999999999']) {
    assert.equal(readInteger(text, uint16).flaw?.kind, 'number-overflow', text)
  }
})

test('a hexadecimal number where none is understood is named as such', () => {
  const message = 'is only a number up to "0" (hexadecimal is not understood here)'
  assert.deepEqual(readInteger('0x10', uint16), { value: 0, flaw: { kind: 'unreadable-number', message } })
})

test('a prefix in capitals counts for the notation of policies only', () => {
  assert.equal(readInteger('0X1F', { ...uint16, notation: 'decimal, 0x or 0X' }).value, 31)
  assert.equal(readInteger('0X1F', { ...uint16, notation: 'decimal or 0x' }).value, 0)
})

test('a number of a million digits is read at once', () => {
  assert.equal(readInteger('9'.repeat(1_000_000), uint16).value, 65535)
  assert.equal(readInteger('0'.repeat(1_000_000), uint16).value, 0)
  assert.equal(readInteger(`0x${'f'.repeat(1_000_000)}`, { ...uint16, notation: 'hex' }).value, 65535)
})
