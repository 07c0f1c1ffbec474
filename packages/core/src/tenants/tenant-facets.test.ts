import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Facets } from '../entities/entity.ts'
import { withoutOthers } from './tenant-facets.ts'

test('what the source records and runs for everybody is not there for one who is kept apart', () => {
  const refuse = () => Promise.reject(new Error('nobody is to ask'))
  const facets: Facets = {
    logs: { entries: refuse },
    communication: { onExchange: () => () => {} },
    communicationLogs: {
      list: refuse,
      create: refuse,
      get: refuse,
      control: refuse,
      delete: refuse,
      content: refuse,
      records: refuse,
    },
    scripts: {
      list: refuse,
      find: refuse,
      add: refuse,
      remove: refuse,
      executions: refuse,
      start: refuse,
      execution: refuse,
      end: refuse,
      removeExecution: refuse,
    },
  }
  const entity = { kind: 'component', id: 'bms', name: 'BMS', connectionState: 'connected', facets } as const
  assert.deepEqual(Object.keys(withoutOthers(entity).facets), ['logs'])
})
