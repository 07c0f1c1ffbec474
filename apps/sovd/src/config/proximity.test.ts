import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { temporaryFolder } from '@opensovd/base/testing'
import { configured, configuredWell } from '../testing/config.ts'

const folder = temporaryFolder({ after })

function file(name: string, text: string | Buffer): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const publicPem = file('public.pem', publicKey.export({ type: 'spki', format: 'pem' }))
const privatePem = file('private.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }))

test('nothing can be proved unless there is a key', () => {
  assert.deepEqual(configuredWell('').config.proximity, { validMs: 120_000, operations: [] })
})

test('signatures are verified with the key of a file', () => {
  const { config } = configuredWell(
    `[proximity]\npublic_key_path = '${publicPem}'\nvalid_secs = 30\noperations = ["bms/self-test"]`,
  )
  const { verify, validMs, operations } = config.proximity
  assert.deepEqual([validMs, operations], [30_000, ['bms/self-test']])
  assert.equal(verify?.('text', sign(null, Buffer.from('text'), privateKey).toString('base64')), true)
})

test('openssl can sign challenges', (t) => {
  try {
    execFileSync('openssl', ['version'])
  } catch (error) {
    if (process.env.REQUIRE_PEERS === '1') throw error
    t.skip('openssl is not there')
    return
  }
  const challenge = file('challenge', 'proximity-bms-1')
  const signature = execFileSync('openssl', ['pkeyutl', '-sign', '-rawin', '-inkey', privatePem, '-in', challenge])
  const { verify } = configuredWell(`[proximity]\npublic_key_path = '${publicPem}'`).config.proximity
  assert.equal(verify?.('proximity-bms-1', signature.toString('base64')), true)
})

test('says all that is wrong with proofs of proximity at once', () => {
  assert.deepEqual(configured('[proximity]\noperations = ["bms", "a/b/c", "bms/x y"]'), [
    'proximity.operations: need public_key_path or hmac_secret: nobody could start them',
    'proximity.operations[0]: expected component/operation, got "bms"',
    'proximity.operations[1]: expected component/operation, got "a/b/c"',
    'proximity.operations[2]: expected component/operation, got "bms/x y"',
  ])
  assert.deepEqual(configured(`[proximity]\npublic_key_path = '${privatePem}'\nhmac_secret = "x"`), [
    'proximity.hmac_secret: makes no sense together with public_key_path',
    `proximity.public_key_path: ${privatePem} holds a private key; the gateway needs the public one only`,
  ])
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' })
  const rsaPem = file('rsa.pem', rsa)
  assert.deepEqual(configured(`[proximity]\npublic_key_path = '${rsaPem}'`), [
    `proximity.public_key_path: ${rsaPem} holds a key of type rsa, expected ed25519`,
  ])
  assert.deepEqual(configured(`[proximity]\npublic_key_path = '${join(folder, 'none')}'`), [
    `proximity.public_key_path: ${join(folder, 'none')} cannot be read: no such file`,
  ])
})
