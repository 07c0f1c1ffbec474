import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tokenDigest, VehicleRegistry } from './vehicle-registry.ts'

const registry = new VehicleRegistry([
  { vehicleId: 'token', tokenSha256: tokenDigest('t1') },
  { vehicleId: 'certificate', certificateName: 'car.example' },
  { vehicleId: 'both', tokenSha256: tokenDigest('t2'), certificateName: 'van.example' },
])

for (const [token, certificateNames, vehicleId] of [
  [undefined, [], undefined],
  ['', [], undefined],
  ['t1', [], 'token'],
  ['T1', [], undefined],
  ['t1', ['other.example'], 'token'],
  [undefined, ['other.example', 'car.example'], 'certificate'],
  [undefined, ['van.example'], undefined],
  ['wrong', ['car.example'], undefined],
  ['t2', [], undefined],
  ['t2', ['car.example'], undefined],
  ['t2', ['van.example'], 'both'],
] as const) {
  test(`token ${token} and certificate ${certificateNames.join()} are of ${vehicleId ?? 'nobody'}`, () => {
    const found = registry.find({ certificateNames, ...(token !== undefined && { token }) })
    assert.equal(found?.vehicleId, vehicleId)
  })
}

test('the digest of a token is its SHA-256 [FIPS 180-4]', () => {
  assert.equal(tokenDigest('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
