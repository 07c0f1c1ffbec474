import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseJson } from '@opensovd/base'
import { temporaryFolder } from '@opensovd/base/testing'
import type { StoredTrigger } from '@opensovd/core'
import { openTriggerFile } from './trigger-file.ts'

const trigger: StoredTrigger = {
  id: 't1',
  entity: { kind: 'component', id: 'bms' },
  resource: '/vehicle/v1/components/bms/data/soc',
  path: '/data',
  condition: { type: 'OnChangeTo', value: { deep: [1, null] } },
  multishot: true,
  persistent: true,
  log: { severity: 'warn', withResource: true, withCondition: false },
  expiresAtMs: 1_800_000_000_000,
}

test('what is saved last is there the next time, and nothing else is', (t) => {
  const at = join(temporaryFolder(t), 'made', 'anew')
  const store = openTriggerFile(at)
  assert.deepEqual(store.load(), [])
  store.save([trigger, { ...trigger, id: 't2', condition: { type: 'EnterRange', lowerBound: 1, upperBound: 2 } }])
  store.save([trigger])
  assert.deepEqual(openTriggerFile(at).load(), [trigger])
  assert.deepEqual(readdirSync(at), ['triggers.json'])
})

test('numbers that a double cannot hold stay what they are', (t) => {
  const at = temporaryFolder(t)
  const value = parseJson('9007199254740993')
  openTriggerFile(at).save([{ ...trigger, condition: { type: 'OnChangeTo', value } }])
  assert.match(JSON.stringify(openTriggerFile(at).load()), /"value":9007199254740993[,}]/)
})

for (const content of ['', 'x', '[]', '{"version":2,"triggers":[]}', '{"version":1,"triggers":[{"id":"t"}]}']) {
  test(`a file with ${JSON.stringify(content)} is refused and stays as it is`, (t) => {
    const at = temporaryFolder(t)
    writeFileSync(join(at, 'triggers.json'), content)
    assert.throws(() => openTriggerFile(at), { code: 'state-unavailable', message: /triggers\.json cannot be used/ })
  })
}
