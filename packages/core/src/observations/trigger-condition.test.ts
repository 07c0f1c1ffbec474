import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJson } from '@opensovd/base'
import { complaintAbout, isMet, requireRange, type TriggerCondition } from './trigger-condition.ts'

const change: TriggerCondition = { type: 'OnChange' }
const to = (value: string): TriggerCondition => ({ type: 'OnChangeTo', value: parseJson(value) })
const enter: TriggerCondition = { type: 'EnterRange', lowerBound: 10, upperBound: 20 }
const leave: TriggerCondition = { type: 'LeaveRange', lowerBound: 10, upperBound: 20 }

const rows: readonly (readonly [condition: TriggerCondition, before: string, after: string, met: boolean])[] = [
  [change, '1', '2', true],
  [change, '1', '1.0', false],
  [change, '{"a":1,"b":2}', '{"b":2,"a":1}', false],
  [change, '[1,2]', '[2,1]', true],
  [change, '9007199254740993', '9007199254740992', true],
  [change, 'null', '0', true],
  [to('"on"'), '"off"', '"on"', true],
  [to('"on"'), '"on"', '"on"', false],
  [to('"on"'), '"on"', '"off"', false],
  [to('{"a":[1]}'), 'null', '{"a":[1]}', true],
  [enter, '9', '10', true],
  [enter, '21', '20', true],
  [enter, '10', '15', false],
  [enter, '9', '21', false],
  [enter, '"x"', '15', true],
  [leave, '10', '9.999', true],
  [leave, '20', '20.001', true],
  [leave, '15', '20', false],
  [leave, '9', '21', false],
  [leave, '15', '12345678901234567890', true],
]
for (const [condition, before, after, met] of rows) {
  test(`${JSON.stringify(condition)} is ${met ? '' : 'not '}met by ${before}, then ${after}`, () => {
    assert.equal(isMet(condition, parseJson(before), parseJson(after)), met)
  })
}

test('what is not there has no value, and what is no number no range', () => {
  assert.equal(complaintAbout(change, undefined, '/x')?.code, 'not-found')
  assert.equal(complaintAbout(change, 'x', '/x'), undefined)
  assert.equal(complaintAbout(enter, 'x', '/x')?.code, 'invalid-request')
  assert.equal(complaintAbout(enter, parseJson('12345678901234567890'), '/x'), undefined)
})

test('a range has a lower and an upper end, which may be the same', () => {
  requireRange({ type: 'EnterRange', lowerBound: 1, upperBound: 1 })
  assert.throws(() => requireRange({ type: 'LeaveRange', lowerBound: 2, upperBound: 1 }), {
    code: 'invalid-request',
    target: 'body/trigger_condition',
  })
})
