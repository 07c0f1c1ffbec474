import { MemoryBackend } from '../memory/memory-backend.ts'
import { backendContract, memoryFacets, SAMPLE_COMPONENT, SAMPLE_GROUP } from './index.ts'

backendContract('memory', async () => ({
  backend: new MemoryBackend('memory', [
    {
      kind: 'component',
      id: SAMPLE_COMPONENT.id,
      name: SAMPLE_COMPONENT.name,
      connectionState: 'connected',
      facets: memoryFacets(SAMPLE_COMPONENT),
    },
    { kind: 'group', ...SAMPLE_GROUP, connectionState: 'connected', facets: {} },
  ]),
  [Symbol.asyncDispose]: async () => {},
}))
