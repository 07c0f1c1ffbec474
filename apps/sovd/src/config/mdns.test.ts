import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

test('the gateway is announced only where that is asked for', () => {
  assert.equal(configuredWell('[mdns]\ninstance_name = "car"').config.mdns, undefined)
  const { config } = configuredWell('[server]\nhost = "0.0.0.0"\n[mdns]\nenabled = true')
  assert.deepEqual(config.mdns, { instance: 'OpenSOVD-native-server', hostname: 'opensovd.local' })
})

test('says what it is announced as', () => {
  const { config } = configuredWell(`
    [server]
    host = "192.0.2.1"
    [mdns]
    enabled = true
    instance_name = "my car"
    hostname = "car.local"
    identification = "WVWZZZ1JZXW000001"
    access_url = "https://car.local/sovd"
  `)
  assert.deepEqual(config.mdns, {
    instance: 'my car',
    hostname: 'car.local',
    identification: 'WVWZZZ1JZXW000001',
    accessUrl: 'https://car.local/sovd',
  })
})

test('what nobody can reach is not announced', () => {
  assert.deepEqual(configured('[mdns]\nenabled = true'), [
    'mdns.enabled: nobody in the network can reach 127.0.0.1; set server.host to an address of a network',
  ])
})

test('names that mDNS cannot have are refused', () => {
  const problems = configured('[mdns]\ninstance_name = "a.b"\nhostname = "car.example"\naccess_url = "ftp://car"')
  assert.ok(Array.isArray(problems))
  assert.deepEqual(
    problems.map((problem) => problem.split(':', 1)[0]),
    ['mdns.instance_name', 'mdns.hostname', 'mdns.access_url'],
  )
})
