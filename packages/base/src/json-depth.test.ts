import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isNestedDeeper } from './json-depth.ts'

const rows: [text: string, maxDepth: number, deeper: boolean][] = [
  ['[[[]]]', 3, false],
  ['[[[[]]]]', 3, true],
  ['{"a":{"b":{"c":[]}}}', 3, true],
  ['[[],[],[[]],[[]]]', 3, false],
  [`"${'['.repeat(100)}"`, 3, false],
  [`["\\"[[[[[[","\\\\",[[]]]`, 3, false],
  ['["unclosed [[[[[[[[', 3, false],
  [`${'['.repeat(1_000_000)}`, 64, true],
]
for (const [text, maxDepth, deeper] of rows) {
  test(`${text.slice(0, 30)} is ${deeper ? '' : 'not '}nested deeper than ${maxDepth}`, () => {
    assert.equal(isNestedDeeper(text, maxDepth), deeper)
  })
}
