import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  applicationNameFrom,
  basePathFrom,
  clientSideLoggingFrom,
  mandatoryFileNames,
  namedConfiguration,
} from './environment.ts'

test('the environment names an application that has no name of its own', () => {
  const environment = { VSOMEIP_APPLICATION_NAME: 'clock' }
  assert.equal(applicationNameFrom('', environment), 'clock')
  assert.equal(applicationNameFrom('radio', environment), 'radio')
  assert.equal(applicationNameFrom('', {}), '')
})

test('the variable of the application goes before the one for all', () => {
  const all = { VSOMEIP_CONFIGURATION: 'all.json' }
  const both = { ...all, VSOMEIP_CONFIGURATION_clock: 'clock.json' }
  assert.deepEqual(namedConfiguration('clock', both), { variable: 'VSOMEIP_CONFIGURATION_clock', path: 'clock.json' })
  assert.deepEqual(namedConfiguration('radio', both), { variable: 'VSOMEIP_CONFIGURATION', path: 'all.json' })
  assert.equal(namedConfiguration('clock', {}), undefined)
})

test('mandatory names are those of the environment, trimmed, or ten usual ones', () => {
  assert.deepEqual(
    mandatoryFileNames({ VSOMEIP_MANDATORY_CONFIGURATION_FILES: ' a.json , b.json' }),
    new Set(['a.json', 'b.json']),
  )
  assert.deepEqual(mandatoryFileNames({ VSOMEIP_MANDATORY_CONFIGURATION_FILES: '' }), new Set())
  assert.equal(mandatoryFileNames({}).size, 10)
  assert.ok(mandatoryFileNames({}).has('vsomeip_policy_extensions.json'))
})

test('the base path ends with a slash', () => {
  assert.equal(basePathFrom({}), '/tmp/')
  assert.equal(basePathFrom({ VSOMEIP_BASE_PATH: '' }), '/tmp/')
  assert.equal(basePathFrom({ VSOMEIP_BASE_PATH: '/run/someip' }), '/run/someip/')
  assert.equal(basePathFrom({ VSOMEIP_BASE_PATH: '/run/' }), '/run/')
})

const logging = (text: string) => clientSideLoggingFrom({ VSOMEIP_CLIENTSIDELOGGING: text })

test('client side logging is off, for all, or for the services listed', () => {
  assert.deepEqual(clientSideLoggingFrom({}), { kind: 'off' })
  assert.deepEqual(logging(''), { kind: 'all' })
  const services = [
    { serviceId: 0x1234, instanceId: 0xffff },
    { serviceId: 0xb05a, instanceId: 0x0001 },
  ]
  assert.deepEqual(logging('1234 b05a.0001'), { kind: 'some', services })
  assert.deepEqual(logging('"1234:B05A.0001"'), { kind: 'some', services })
})

test('client side logging ends at the first text that is no service', () => {
  const services = [{ serviceId: 0x1234, instanceId: 0xffff }]
  assert.deepEqual(logging('1234 nonsense 5678'), { kind: 'some', services })
})
