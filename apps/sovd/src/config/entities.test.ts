import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

test('without settings there are no entities beyond those of backends, of any kind', () => {
  assert.deepEqual(configuredWell('').config.entities, { declared: [], disabled: [] })
})

test('entities of all kinds can be declared', () => {
  const { config } = configuredWell(`
    [entities]
    areas = false
    [[areas]]
    id = "front"
    parent = "vehicle"
    components = ["hpc"]
    [[components]]
    id = "hpc"
    name = "Computer"
    tags = ["central"]
    depends_on = ["bms"]
    [[apps]]
    id = "planner"
    version = "2.1"
    host = "hpc"
    source = "hpc"
    [[apps.data]]
    id = "route"
    [[functions]]
    id = "energy"
    translation_id = "t.energy"
    components = ["inverter"]
    [[functions.data]]
    id = "charge"
    component = "bms"
    item = "soc"
    name = "Charge"
    [[functions.operations]]
    id = "check"
    component = "bms"
    operation = "self-test"
    [[groups]]
    id = "hv"
    components = ["bms", "inverter"]
  `)
  assert.deepEqual(config.entities, {
    declared: [
      { kind: 'area', id: 'front', parentId: 'vehicle', members: ['hpc'] },
      { kind: 'component', id: 'hpc', name: 'Computer', tags: ['central'], dependsOn: ['bms'] },
      {
        kind: 'app',
        id: 'planner',
        softwareVersion: '2.1',
        hostId: 'hpc',
        source: 'hpc',
        data: [{ id: 'route', componentId: 'hpc', itemId: 'route' }],
        operations: [],
      },
      {
        kind: 'function',
        id: 'energy',
        translationId: 't.energy',
        members: ['inverter'],
        data: [{ id: 'charge', componentId: 'bms', itemId: 'soc', name: 'Charge' }],
        operations: [{ id: 'check', componentId: 'bms', operationId: 'self-test' }],
      },
      { kind: 'group', id: 'hv', members: ['bms', 'inverter'] },
    ],
    disabled: ['area'],
  })
})

test('what cannot be is told all at once', () => {
  const problems = configured(`
    [[areas]]
    id = "front"
    parent = "front"
    components = ["hpc", "a b"]
    [[areas]]
    id = "rear"
    components = ["hpc"]
    [[areas]]
    id = "rear"
    [[apps]]
    name = "Nameless"
    [[functions]]
    id = "x/y"
    [[functions.data]]
    id = "a"
    [[functions.data]]
    id = "a"
    component = "bms"
    [[functions.operations]]
    component = "bms"
    [[groups]]
    id = "g"
    members = ["x"]
  `)
  assert.deepEqual(problems, [
    'groups[0].members: unknown setting; there are id, name, description, translation_id, tags, components',
    'areas[2].id: is "rear", as that of areas[1]',
    'apps[0].id: is required',
    'functions[0].id: expected the id of a function, got "x/y"',
    'areas[1].components[0]: "hpc" is in areas[0] already',
    'areas[0].parent: "front" cannot be in itself',
    'areas[0].components[1]: expected the id of a component or other entity, got "a b"',
    'functions[0].data[1].id: is "a", as that of functions[0].data[0]',
    'functions[0].data[0].component: is required where there is no source',
    'functions[0].operations[0].id: is required',
  ])
})
