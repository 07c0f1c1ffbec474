import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '@opensovd/base/testing'
import { configured, configuredWell, sovdBackends } from '../testing/config.ts'

test('nobody provides unless there is a folder for it', () => {
  assert.equal(configuredWell('').config.providers, undefined)
})

test('the user of the gateway and root may provide, and who is named', (t) => {
  const path = temporaryFolder(t)
  const { providers } = configuredWell(`[providers]\ndir = "${path}"\nallowed_uids = [4711]\nmax = 3`).config
  const own = process.getuid?.() ?? 0
  assert.deepEqual(providers, {
    path,
    allowedUids: [...new Set([0, own, 4711])],
    maxProviders: 3,
    timeoutMs: 10_000,
  })
})

test('a folder that everybody may write to is refused', (t) => {
  const path = temporaryFolder(t)
  chmodSync(path, 0o777)
  assert.deepEqual(configured(`[providers]\ndir = "${path}"`), [
    `providers.dir: ${path} is writable by everybody, so that anybody could provide`,
  ])
})

test('what is no folder, or is not there, is refused', (t) => {
  const file = join(temporaryFolder(t), 'file')
  writeFileSync(file, '')
  assert.deepEqual(configured(`[providers]\ndir = "${file}"`), [`providers.dir: expected a folder, ${file} is none`])
  const missing = '[providers]\ndir = "/nonexistent"'
  assert.match(String(configured(missing)), /^providers\.dir: cannot be used: ENOENT/)
})

test('one program can be a backend by its socket', () => {
  const [backend] = sovdBackends(configuredWell('[[backends]]\nbase_url = "unix:/run/sovd/door.sock"'))
  assert.deepEqual([backend?.name, backend?.baseUrl], ['door', 'unix:/run/sovd/door.sock'])
})

test('a socket has an absolute path and no certificates', () => {
  assert.deepEqual(configured('[[backends]]\nbase_url = "unix:door.sock"\nca_cert_path = "ca.pem"'), [
    'backends[0].base_url: expected unix: and an absolute path, got "unix:door.sock"',
    'backends[0].ca_cert_path: makes no sense without https:// in backends[0].base_url',
  ])
})
