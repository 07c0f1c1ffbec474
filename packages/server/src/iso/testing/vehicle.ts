import { type Backend, type Entity, type EntityKind, MemoryBackend } from '@opensovd/core'
import { memoryFacets, SAMPLE_COMPONENT, type SampleComponent } from '@opensovd/core/testing'

/** The sample component, and what the standard knows beyond it: categories, groups, tags, environment data. */
export const SAMPLE: SampleComponent = {
  ...SAMPLE_COMPONENT,
  data: [
    {
      id: 'vin',
      name: 'VIN',
      category: 'identData',
      tags: ['legal'],
      access: 'readOnly',
      dataType: 'string',
      value: 'W1',
    },
    ...SAMPLE_COMPONENT.data.map((item) =>
      item.id === 'soc' || item.id === 'cells'
        ? { ...item, groups: item.id === 'soc' ? ['display', 'cell-state'] : ['cell-state'], tags: ['battery', 'live'] }
        : item,
    ),
    {
      id: 'serial',
      name: 'Serial number',
      category: 'x-acme-plant',
      groups: ['display'],
      access: 'readWrite',
      dataType: 'integer',
      value: 'none yet',
    },
  ],
  faults: [
    ...SAMPLE_COMPONENT.faults.map((fault) =>
      fault.code === 'P0A80'
        ? { ...fault, description: 'uneven', classificationTags: ['safety'], environmentData: { km: 12 } }
        : fault,
    ),
    {
      id: 'P0A0D-2',
      code: 'P0A0D',
      name: 'Interlock Open',
      scope: 'module-3',
      severity: 3,
      status: { testFailed: '0', confirmedDTC: '1' },
    },
  ],
  modes: [
    ...SAMPLE_COMPONENT.modes,
    { id: 'commctrl', name: 'Communication', value: 'enableRxAndEnableTx', values: [] },
  ],
}

const KINDS: readonly EntityKind[] = ['area', 'component', 'app', 'function']

/** A backend with an entity `bms` of every kind, each with its own facets, and a component `bare` without any. */
export function vehicleBackend(): Backend {
  const entities = KINDS.map(
    (kind): Entity => ({
      kind,
      id: SAMPLE.id,
      name: SAMPLE.name,
      connectionState: 'connected',
      facets: memoryFacets(SAMPLE),
      ...(kind === 'component' ? { softwareVersion: '4.2', installationVariant: 'EU' } : {}),
    }),
  )
  const others: Entity[] = [
    { kind: 'component', id: 'bare', name: 'Bare', connectionState: 'connected', facets: {} },
    { kind: 'group', id: 'powertrain', name: 'Powertrain', members: ['bms'], connectionState: 'connected', facets: {} },
  ]
  return new MemoryBackend('vehicle', [...entities, ...others])
}
