import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

test('there are no updates unless there is a folder for them', () => {
  assert.equal(configuredWell('').config.updates, undefined)
})

test('updates come from a folder and go to another', () => {
  const { updates } = configuredWell('[updates]\ndir = "/var/lib/sovd/updates"\ninstall_dir = "/opt/vehicle"').config
  assert.deepEqual(updates, { path: '/var/lib/sovd/updates', installPath: '/opt/vehicle' })
})

test('both folders are needed', () => {
  assert.deepEqual(configured('[updates]\ndir = "/a"'), ['updates.install_dir: is required with updates.dir'])
  assert.deepEqual(configured('[updates]\ninstall_dir = "/a"'), ['updates.dir: is required with updates.install_dir'])
})
