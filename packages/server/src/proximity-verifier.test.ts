import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import { ed25519Verifier, hmacVerifier } from './proximity-verifier.ts'

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')

test('takes the Ed25519 signature of RFC 8032 7.1, test 2, and no other', () => {
  const raw = Buffer.from('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', 'hex')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' })
  const verify = ed25519Verifier(key)
  const signature = base64(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
      '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  )
  assert.equal(verify('r', signature), true)
  assert.equal(verify('r', signature.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')), true)
  assert.equal(verify('s', signature), false)
  for (const response of ['', 'x', '!!!', signature.slice(4), `${signature}AAAA`, base64('00'.repeat(64))]) {
    assert.equal(verify('r', response), false, response)
  }
})

test('takes the HMAC of RFC 4231 4.3, test case 2, and no other', () => {
  const verify = hmacVerifier(Buffer.from('Jefe'))
  const tag = base64('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
  assert.equal(verify('what do ya want for nothing?', tag), true)
  assert.equal(verify('what do ya want for something?', tag), false)
  for (const response of ['', '!', tag.slice(4), base64('00'.repeat(32))]) {
    assert.equal(verify('what do ya want for nothing?', response), false, response)
  }
})
