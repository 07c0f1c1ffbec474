import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

test('without settings, faults are reported over HTTP only', () => {
  assert.deepEqual(configuredWell('').config.faults, {
    components: [],
    maxReportsPerSecond: 1000,
    maxFaults: 50_000,
    maxFaultsPerComponent: 10_000,
    rules: [],
  })
})

test('the permissions of the socket are octal', () => {
  const { config } = configuredWell('[faults]\nintake_socket = "/run/faults"\nintake_mode = "622"')
  assert.deepEqual(config.faults.intake, { path: '/run/faults', mode: 0o622 })
})

test('a rule says how a fault is debounced, heals and ages', () => {
  const { config } = configuredWell(`
    [[faults.rules]]
    fault_id = "hvac.*"
    component_id = "hvac"
    failures = 3
    window_secs = 2.5
    passes = 2
    cycle = "ignition"
    aging_cycles = 40
    [[faults.rules]]
    fault_id = "*"
    hold_secs = 1
    repeat_secs = 0
    aging_secs = 3600
  `)
  assert.deepEqual(config.faults.rules, [
    {
      faultId: 'hvac.*',
      componentId: 'hvac',
      policy: {
        debounce: { kind: 'count', failures: 3, windowMs: 2500 },
        repeatMs: 5000,
        passes: 2,
        cycle: 'ignition',
        agingCycles: 40,
      },
    },
    {
      faultId: '*',
      policy: {
        debounce: { kind: 'hold', holdMs: 1000 },
        repeatMs: 0,
        passes: 1,
        cycle: 'power',
        agingMs: 3_600_000,
      },
    },
  ])
})

test('rules can be made in the environment', () => {
  const { config } = configuredWell('', { SOVD__FAULTS__RULES__0__FAULT_ID: 'a', SOVD__FAULTS__COMPONENTS: 'x,y' })
  assert.equal(config.faults.rules[0]?.faultId, 'a')
  assert.deepEqual(config.faults.components, ['x', 'y'])
})

const WRONG: readonly (readonly [name: string, toml: string, problem: string])[] = [
  ['a rule for no fault', '[[faults.rules]]\npasses = 2', 'faults.rules[0].fault_id: is required'],
  [
    'a star in the middle',
    '[[faults.rules]]\nfault_id = "a*b"',
    'faults.rules[0].fault_id: expected an id, or the beginning of some and *, got "a*b"',
  ],
  [
    'a rule for what is no component',
    '[[faults.rules]]\nfault_id = "a"\ncomponent_id = "a/b"',
    'faults.rules[0].component_id: expected the id of a component, got "a/b"',
  ],
  [
    'two ways of debouncing at once',
    '[[faults.rules]]\nfault_id = "a"\nfailures = 2\nhold_secs = 1',
    'faults.rules[0].hold_secs: makes no sense together with failures',
  ],
  [
    'no time for several failures',
    '[[faults.rules]]\nfault_id = "a"\nfailures = 2\nwindow_secs = 0',
    'faults.rules[0].window_secs: must be above 0',
  ],
  [
    'a component with a space',
    '[faults]\ncomponents = ["a b"]',
    'faults.components[0]: expected the id of a component, got "a b"',
  ],
  [
    'a path that no socket can have',
    `[faults]\nintake_socket = "/${'x'.repeat(107)}"`,
    'faults.intake_socket: must not be longer than 107 bytes',
  ],
  ['permissions that are none', '[faults]\nintake_mode = "rw"', 'faults.intake_mode: must match ^[0-7]{3}$, got "rw"'],
]

for (const [name, toml, problem] of WRONG) {
  test(`${name} is a problem`, () => {
    assert.deepEqual(configured(toml), [problem])
  })
}
