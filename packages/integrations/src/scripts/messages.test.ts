import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageFrom } from './messages.ts'

test('what a script says is taken for what it is', () => {
  const call = { kind: 'call', call: 1, method: 'data.read', args: ['soc'] }
  for (const message of [call, { kind: 'log', message: 'a' }, { kind: 'error', message: 'b' }, { kind: 'result' }]) {
    assert.deepEqual(messageFrom(JSON.stringify(message)), message)
  }
  assert.deepEqual(messageFrom('{"kind":"result","value":null,"more":1}'), { kind: 'result', value: null })
})

const NONSENSE = [
  '',
  'x',
  'null',
  '[]',
  '1',
  '{}',
  '{"kind":"start"}',
  '{"kind":"call","call":"1","method":"a","args":[]}',
  '{"kind":"call","call":1,"method":null,"args":[]}',
  '{"kind":"call","call":1,"method":"a","args":{}}',
  '{"kind":"log","message":{}}',
  '{"kind":"error"}',
  `{"kind":"result","value":${'['.repeat(100)}${']'.repeat(100)}}`,
]
for (const line of NONSENSE) {
  test(`${line.slice(0, 60)} says nothing`, () => assert.equal(messageFrom(line), undefined))
}

test('of a long message the beginning is taken', () => {
  const said = messageFrom(JSON.stringify({ kind: 'log', message: 'x'.repeat(10_000) }))
  assert.deepEqual(said, { kind: 'log', message: 'x'.repeat(4096) })
})
