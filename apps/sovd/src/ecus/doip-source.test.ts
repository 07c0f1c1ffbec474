import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ConfigError, formatProblem } from '../config/problem.ts'
import { configuredWell } from '../testing/config.ts'
import { doipSource } from './doip-source.ts'

const FILE = fileURLToPath(new URL('../../../../docs/examples/ecus/powertrain.yaml', import.meta.url))

/** What a backend with these settings is made with, or the lines of problems it has. */
function source(settings: string) {
  const toml = `[[backends]]\ntype = "doip"\nhost = "10.0.0.1"\ndescription = "${FILE}"\n${settings}`
  const [backend] = configuredWell(toml).config.backends
  assert.ok(backend?.type === 'doip')
  try {
    return doipSource(backend)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(formatProblem)
    throw error
  }
}

test('all ECUs of the description are served, or those that are chosen', () => {
  const all = source('')
  assert.ok('ecus' in all)
  assert.deepEqual(
    all.ecus.map(({ id }) => id),
    ['engine', 'transmission', 'battery'],
  )
  const some = source('ecus = ["battery"]')
  assert.deepEqual('ecus' in some && some.ecus.map(({ id }) => id), ['battery'])
})

test('the bytes of the routing activation are made of their digits', () => {
  const made = source('activation_oem = "0A0b0c0D"')
  assert.deepEqual('connection' in made && made.connection.oem, Uint8Array.of(10, 11, 12, 13))
})

test('interlocks and windows of memory are those of the configuration', () => {
  const made = source(`
    memory = [{ ecu = "engine", address = 0x20000000, size = 16, write = true }]
    interlocks = [
      { guards = ["flash"], ecu = "engine", data = "engine-speed", maximum = 0 },
      { power_mode_ready = true },
    ]`)
  assert.ok('memory' in made)
  assert.deepEqual(made.memory, [{ ecu: 'engine', address: 0x2000_0000, size: 16, isWritable: true }])
  assert.deepEqual(made.interlocks, [
    { guards: ['flash'], kind: 'data', ecu: 'engine', data: 'engine-speed', maximum: 0 },
    { kind: 'powerMode', udpPort: 13_400 },
  ])
})

test('what the description does not have is refused, all of it at once', () => {
  assert.deepEqual(
    source(`
      ecus = ["engine", "brakes"]
      memory = [{ ecu = "transmission", address = 0, size = 1 }]
      interlocks = [{ ecu = "engine", data = "vehicle-speed", equals = 0 }]`),
    [
      'backends[0].ecus[1]: there is no ECU "brakes"; there are engine, transmission, battery',
      'backends[0].memory[0].ecu: there is no ECU "transmission"; there are engine',
      'backends[0].interlocks[0].data: "engine" has no "vehicle-speed"',
    ],
  )
})
