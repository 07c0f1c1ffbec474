import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  collectHeader,
  parseByte,
  parseCount,
  parseCredentials,
  parseLogicalAddress,
  parseMemoryAddress,
  parsePort,
  parseRounds,
  parseSeconds,
  parseSeed,
} from './option-values.ts'

type Row = readonly [parse: (text: string) => unknown, values: Record<string, unknown>, refused: readonly string[]]

const ROWS: Readonly<Record<string, Row>> = {
  'a port': [parsePort, { '0': 0, '65535': 65_535, '08080': 8080 }, ['65536', '-1', '1.5', '0x10', '', ' 1']],
  'a count': [parseCount, { '1': 1, '9999999': 9_999_999 }, ['0', '10000000', '1e3', '']],
  rounds: [parseRounds, { '0': Number.POSITIVE_INFINITY, '3': 3 }, ['-1', 'x']],
  'a byte': [parseByte, { '255': 255, '0xFF': 255, '0x0': 0 }, ['256', '0x100', 'ff', '']],
  'a logical address': [parseLogicalAddress, { '0x0e80': 0x0e80, '4096': 4096 }, ['0x10000', '65536', '-1']],
  'a memory address': [parseMemoryAddress, { '0xffffffff': 0xffff_ffff, '0x80000': 0x80000 }, ['0x100000000', '1.0']],
  seconds: [parseSeconds, { '0.5': 0.5, '86400': 86_400 }, ['0', '-1', '86401', '1s']],
  'a seed': [parseSeed, { '-7': -7, '123456789012345': 123_456_789_012_345 }, ['1.5', '1234567890123456', '']],
  credentials: [parseCredentials, { 'id:a:b': { id: 'id', secret: 'a:b' } }, ['id', ':secret', 'id:']],
}

for (const [name, [parse, values, refused]] of Object.entries(ROWS)) {
  test(`an option that takes ${name} refuses all else`, () => {
    for (const [text, value] of Object.entries(values)) assert.deepEqual(parse(text), value, text)
    for (const text of refused) {
      assert.throws(() => parse(text), { code: 'commander.invalidArgument', message: /^expected / }, text)
    }
  })
}

test('headers are collected by their names, and the last of a name counts', () => {
  const first = collectHeader('Authorization: Bearer a:b ', {})
  assert.deepEqual(collectHeader('X-Empty:', first), { authorization: 'Bearer a:b', 'x-empty': '' })
  assert.deepEqual(collectHeader('authorization:c', first), { authorization: 'c' })
  for (const text of ['nonsense', ': value', 'a b: c', 'a: b\nc: d', '']) {
    assert.throws(() => collectHeader(text, {}), { code: 'commander.invalidArgument' }, text)
  }
})
