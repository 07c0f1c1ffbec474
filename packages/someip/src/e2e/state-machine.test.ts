import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type E2eCycleStatus, E2eStateMachine, type E2eStateMachineOptions } from './state-machine.ts'

const OPTIONS: E2eStateMachineOptions = {
  init: { cycles: 3, minOk: 2, maxErrors: 1 },
  valid: { cycles: 4, minOk: 2, maxErrors: 1 },
  invalid: { cycles: 3, minOk: 3, maxErrors: 0 },
}

const STATUS: Record<string, E2eCycleStatus> = {
  o: 'OK',
  l: 'OK_SOME_LOST',
  r: 'REPEATED',
  s: 'WRONG_SEQUENCE',
  c: 'WRONG_CRC',
  e: 'ERROR',
  '-': 'NO_NEW_DATA',
}
const LETTER = { NO_DATA: 'N', INIT: 'I', VALID: 'V', INVALID: 'X' } as const

/** The states that follow a cycle each, a letter for a cycle. */
function statesAfter(cycles: string, options = OPTIONS): string {
  const machine = new E2eStateMachine(options)
  return [...cycles].map((letter) => LETTER[machine.check(STATUS[letter] ?? assert.fail(letter))]).join('')
}

for (const { rule, cycles, states } of [
  { rule: 'has no data until a message comes that is no error', cycles: '--ce-o', states: 'NNNNNI' },
  { rule: 'takes a repeated or wrongly ordered message for data', cycles: 'r', states: 'I' },
  { rule: 'becomes valid with enough good messages in the window', cycles: 'oo', states: 'IV' },
  { rule: 'counts lost messages as good ones', cycles: 'll', states: 'IV' },
  { rule: 'stays in its beginnings while messages are neither good nor errors', cycles: 'or-ss', states: 'IIIII' },
  { rule: 'becomes invalid from its beginnings with too many errors', cycles: 'occ', states: 'IIX' },
  { rule: 'stays valid with as many errors as the window may have', cycles: 'oooeooo', states: 'IVVVVVV' },
  { rule: 'becomes invalid with one error more', cycles: 'oooec', states: 'IVVVX' },
  { rule: 'becomes invalid with too few good messages, though without an error', cycles: 'oo---', states: 'IVVVX' },
  { rule: 'becomes valid again when the window of that is good', cycles: 'oooecooo', states: 'IVVVXXXV' },
  { rule: 'stays invalid while an error is in the window', cycles: 'oooecooceoo', states: 'IVVVXXXXXXX' },
]) {
  test(rule, () => {
    assert.equal(statesAfter(cycles), states)
  })
}

test('forgets the past when it becomes invalid, where that is wanted', () => {
  const lenient = { ...OPTIONS, invalid: { cycles: 3, minOk: 1, maxErrors: 2 } }
  assert.equal(statesAfter('oo---o', { ...OPTIONS, invalid: { cycles: 5, minOk: 2, maxErrors: 0 } }), 'IVVVXV')
  assert.equal(
    statesAfter('oo---oo', { ...OPTIONS, invalid: { cycles: 5, minOk: 2, maxErrors: 0 }, clearsToInvalid: true }),
    'IVVVXXV',
  )
  assert.equal(statesAfter('oooec-o', { ...lenient, clearsToInvalid: true }), 'IVVVXXV')
})

test('refuses windows that cannot be', () => {
  for (const window of [
    { cycles: 0, minOk: 0, maxErrors: 0 },
    { cycles: 256, minOk: 0, maxErrors: 0 },
    { cycles: 3, minOk: 4, maxErrors: 0 },
    { cycles: 3, minOk: 0, maxErrors: -1 },
    { cycles: 3, minOk: 0, maxErrors: 1.5 },
  ]) {
    for (const name of ['init', 'valid', 'invalid']) {
      assert.throws(() => new E2eStateMachine({ ...OPTIONS, [name]: window }), { code: 'ENCODE' })
    }
  }
})
