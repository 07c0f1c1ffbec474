import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FUZZ_TARGETS, fuzz } from './fuzz.ts'
import { Random } from './random.ts'

const SEED = 1
const CASES = 20_000

test('20000 generated inputs are read or refused, and nothing else', () => {
  const { cases, failures } = fuzz(SEED, CASES)
  assert.deepEqual(failures, [])
  assert.deepEqual([...cases.keys()].toSorted(), FUZZ_TARGETS.map(({ name }) => name).toSorted())
})

test('a seed makes the same cases again', () => {
  const numbers = (seed: number) => {
    const random = new Random(seed)
    return [...random.bytes(16), ...random.mutate(new Uint8Array(16))]
  }
  assert.deepEqual(numbers(7), numbers(7))
  assert.notDeepEqual(numbers(7), numbers(8))
})

test('a case that does not hold is reported with its seed and its bytes', () => {
  const target = {
    ...{ name: 'odd', weight: 1, generate: () => Uint8Array.of(1, 2) },
    check: () => assert.fail('it is odd'),
  }
  const { failures } = fuzz(5, 1, [target])
  assert.deepEqual(failures, [{ target: 'odd', seed: 5, hex: '0102', error: 'it is odd' }])
})
