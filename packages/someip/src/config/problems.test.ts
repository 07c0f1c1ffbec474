import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError, formatProblem, Problems, quote } from './problems.ts'

const place = { file: 'a.json', line: 3, column: 7, path: 'services[0].service' }

test('a problem prints as compilers print theirs', () => {
  const problems = new Problems()
  problems.report('number-overflow', place, '"70000" does not fit')
  problems.report('invalid-json', { ...place, path: '' }, 'expected a value')
  assert.deepEqual(problems.list().map(formatProblem), [
    'a.json:3:7: error: services[0].service: "70000" does not fit',
    'a.json:3:7: error: expected a value',
  ])
})

test('problems are listed file by file and from top to bottom', () => {
  const problems = new Problems()
  problems.report('unknown-key', { ...place, file: 'b.json' }, '1')
  problems.report('unknown-key', place, '2')
  problems.report('unknown-key', { ...place, file: 'b.json', line: 2 }, '3')
  problems.report('unknown-key', { ...place, column: 2 }, '4')
  problems.report('unreadable-file', { ...place, file: 'c.json' }, '5')
  assert.deepEqual(
    problems.list(['b.json', 'a.json']).map(({ message }) => message),
    ['5', '3', '1', '4', '2'],
  )
})

test('no more than 1000 problems are kept, and the others are counted', () => {
  const problems = new Problems()
  for (let line = 1; line <= 1500; line++) problems.report('unknown-key', { ...place, line }, 'unknown')
  const list = problems.list()
  assert.equal(list.length, 1001)
  assert.equal(list.at(-1)?.kind, 'too-many-problems')
  assert.equal(list.at(-1)?.message, '500 more problems are not listed')
})

test('the error of a strict reading tells all problems', () => {
  const problems = new Problems()
  problems.report('unknown-key', place, 'unknown')
  problems.report('invalid-value', place, 'invalid')
  const error = new ConfigurationError(problems.list())
  assert.equal(error.code, 'invalid-configuration')
  assert.equal(
    error.message,
    'the configuration has 2 problems\n' +
      'a.json:3:7: warning: services[0].service: unknown\n' +
      'a.json:3:7: error: services[0].service: invalid',
  )
})

test('long values are cut in messages', () => {
  assert.equal(quote('a"b'), '"a\\"b"')
  assert.equal(quote('x'.repeat(100)), `"${'x'.repeat(60)}…"`)
})
