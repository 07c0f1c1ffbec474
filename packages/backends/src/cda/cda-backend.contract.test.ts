import { backendContract } from '@opensovd/core/testing'
import { openCdaDouble } from './testing/cda-double.ts'
import { SAMPLE_ECU } from './testing/ecu-model.ts'
import { testCdaBackend } from './testing/open-backend.ts'

backendContract('a Classic Diagnostic Adapter', async () => {
  const double = await openCdaDouble({ ecus: [SAMPLE_ECU], secret: 'secret' })
  const backend = testCdaBackend({ baseUrl: double.url, sessions: ['default', 'extended'] })
  return {
    backend,
    noGroups: 'the groups of an adapter are functions',
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  }
})
