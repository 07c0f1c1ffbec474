import assert from 'node:assert/strict'
import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import type { KeptFault } from '@opensovd/core'
import { openFaultJournal } from './fault-journal.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sovd-state-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = () => openFaultJournal(join(folder, 'state'), silentLogger)

function kept(faultId: string, more: Partial<KeptFault['fault']> = {}): KeptFault {
  return {
    fault: {
      componentId: 'hvac',
      faultId,
      source: 'hvac-app',
      severity: 'Error',
      phase: 'active',
      confirmed: true,
      healed: false,
      passes: 0,
      occurrences: 3,
      firstSeenAtMs: 1_767_225_600_000,
      lastSeenAtMs: 1_767_225_600_500,
      agedCycles: 0,
      failedThisCycle: true,
      testedThisCycle: true,
      environment: '{"rpm":12345678901234567890}',
      ...more,
    },
  }
}

test('faults are found again as they were last, in a file that only its owner can read', async () => {
  const healed = {
    ...kept('b', { phase: 'passive', healed: true, description: 'slow' }),
    healedAtMs: 1_767_225_601_000,
  }
  {
    await using journal = await open()
    assert.deepEqual(journal.restored, [])
    for (const id of ['a', 'b', 'c']) journal.put(kept(id))
    journal.put(kept('a', { componentId: 'bms' }))
    journal.put(healed)
    journal.delete(kept('c').fault)
  }
  await using journal = await open()
  assert.deepEqual(journal.restored, [kept('a'), healed, kept('a', { componentId: 'bms' })])
  assert.equal((await stat(join(folder, 'state', 'faults.jsonl'))).mode & 0o777, 0o600)
})

test('what is no fault is left out', async () => {
  const bad = [
    null,
    {},
    kept('../x'),
    kept('a', { phase: 'pending' }),
    kept('a', { environment: '{"rpm":' }),
    kept('a', { lastSeenAtMs: 1e300 }),
    kept('a', { occurrences: -1 }),
    { ...kept('a'), healedAtMs: 'today' },
  ]
  {
    await using journal = await open()
    journal.put(kept('good'))
  }
  const lines = bad.map((record, at) => `${JSON.stringify({ id: `hvac/${at}`, record })}\n`)
  await appendFile(join(folder, 'state', 'faults.jsonl'), lines.join(''))
  await using journal = await open()
  assert.deepEqual(journal.restored, [kept('good')])
})
