import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { MemoryBackend } from '@opensovd/core'
import { memoryFacets, SAMPLE_COMPONENT } from '@opensovd/core/testing'
import { openDomain } from '../domain.ts'
import { configuredWell } from '../testing/config.ts'

const context = { signal: new AbortController().signal }

function openWith(folder: string) {
  const { config } = configuredWell(`[storage]\nstate_dir = ${JSON.stringify(folder)}`)
  const bms = { kind: 'component', id: 'bms', name: 'B', connectionState: 'connected' } as const
  const more = [new MemoryBackend('memory', [{ ...bms, facets: memoryFacets(SAMPLE_COMPONENT) }])]
  return openDomain(config, { clock: systemClock, log: silentLogger, more })
}

test('an execution that a restart cut off has failed and says so; what was over stays as it was', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sovd-restart-'))
  try {
    const ids: string[] = []
    {
      await using domain = await openWith(folder)
      const { tree, executions } = domain.diagnostics
      const entity = tree.get('component', 'bms')
      const stopped = await executions.start(entity, 'cell-balance', {}, context)
      await executions.stop(entity, 'cell-balance', stopped.id, context)
      const running = await executions.start(entity, 'cell-balance', { parameters: { cells: 7 } }, context)
      ids.push(stopped.id, running.id)
    }
    await using domain = await openWith(folder)
    const { tree, executions } = domain.diagnostics
    const known = executions.list(tree.get('component', 'bms'), 'cell-balance')
    assert.deepEqual(
      known.map(({ id, state }) => ({ id, state })),
      [
        {
          id: ids[1],
          state: { status: 'failed', error: 'the gateway was restarted while it was running' },
        },
        { id: ids[0], state: { status: 'stopped' } },
      ],
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a folder that cannot hold the state keeps the gateway from starting', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sovd-restart-'))
  try {
    await writeFile(join(folder, 'file'), '')
    await assert.rejects(openWith(join(folder, 'file', 'state')), { code: 'state-unavailable' })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
