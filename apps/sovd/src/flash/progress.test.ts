import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progressOn } from './progress.ts'

function shown(isTTY: boolean, percents: readonly (number | undefined)[]): string {
  let text = ''
  const progress = progressOn({
    isTTY,
    write: (part) => {
      text += part
    },
  })
  for (const percent of percents) progress.show(percent)
  progress.end()
  return text
}

test('on a terminal, progress is one line that is written anew', () => {
  const empty = '.'.repeat(30)
  assert.equal(shown(true, [undefined, 50.4]), `\r[${empty}]   0 %\r[${'#'.repeat(15)}${'.'.repeat(15)}]  50 %\n`)
  assert.equal(shown(true, []), '')
})

test('elsewhere, progress is a line every ten percent', () => {
  assert.equal(shown(false, [undefined, 0, 5, 12, 19, 35, 39, 40, 100]), '0 %\n12 %\n35 %\n40 %\n100 %\n')
})
