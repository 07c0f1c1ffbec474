import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesOf } from './lines.ts'

async function linesIn(parts: readonly (string | Buffer)[], maxLength = 8): Promise<string[]> {
  const stream = (async function* () {
    for (const part of parts) yield Buffer.from(part)
  })()
  const lines: string[] = []
  for await (const line of linesOf(stream, maxLength)) lines.push(line)
  return lines
}

test('lines are whole however they come, and what has no end is none', async () => {
  const euro = Buffer.from('€\n')
  assert.deepEqual(await linesIn(['a', 'b\nc\n\nd', 'e\n', 'f']), ['ab', 'c', '', 'de'])
  assert.deepEqual(await linesIn([euro.subarray(0, 1), euro.subarray(1)]), ['€'])
  assert.deepEqual(await linesIn(['12345678\n']), ['12345678'])
  assert.deepEqual(await linesIn([]), [])
})

test('a line that is too long is refused before it is whole', async () => {
  const error = { code: 'unprocessable-content', message: 'it said more than 8 characters at once' }
  await assert.rejects(linesIn(['123456789']), error)
  await assert.rejects(linesIn(['1234', '56789\n']), error)
  await assert.rejects(linesIn(['a\n123456789\n']), error)
})
