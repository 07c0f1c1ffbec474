import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { NegativeResponseError, UdsError } from '../errors.ts'
import { scriptedEcu } from '../testing/scripted-ecu.ts'
import { addKey, type SeedChallenge, unlock, xorKey } from './security-access.ts'

// Seed and key of the example in ISO 14229-1:2020 10.4.5.
const SEED = '3657'
const KEY = 'c9a9'

test('sends the key that the provider computes for the seed', async () => {
  const { ecu, channel } = scriptedEcu((request) => (request === '2701' ? `6701${SEED}` : '6702'))
  const challenges: SeedChallenge[] = []
  const provider = {
    key: async (challenge: SeedChallenge) => {
      challenges.push(challenge)
      return fromHex(KEY)
    },
  }
  await unlock(ecu, { level: 1, provider })
  assert.deepEqual(channel.take(), ['1234 2701', `1234 2702${KEY}`])
  assert.deepEqual(challenges, [{ ecu: 0x1234, level: 1, seed: new Uint8Array([0x36, 0x57]) }])
  assert.equal(ecu.state.securityLevel, 1)
})

test('sends the data record that some ECUs want for a seed', async () => {
  const { ecu, channel } = scriptedEcu((request) => (request.startsWith('2703') ? '67031111' : '6704'))
  await unlock(ecu, { level: 3, provider: xorKey('00'), data: fromHex('0e80') })
  assert.deepEqual(channel.take(), ['1234 27030e80', '1234 27041111'])
})

test('sends no key when a seed of zeros says that the ECU is open already', async () => {
  const { ecu, channel } = scriptedEcu(() => '67010000')
  await unlock(ecu, { level: 1, provider: xorKey('ff') })
  assert.deepEqual(channel.take(), ['1234 2701'])
  assert.equal(ecu.state.securityLevel, 1)
})

test('reports a wrong key as the ECU does', async () => {
  const { ecu } = scriptedEcu((request) => (request === '2701' ? `6701${SEED}` : '7f2735'))
  await assert.rejects(
    unlock(ecu, { level: 1, provider: xorKey('00') }),
    (error) => error instanceof NegativeResponseError && error.nrc === 0x35,
  )
  assert.equal(ecu.state.securityLevel, undefined)
})

test('reports a provider that fails, and sends no key', async () => {
  const { ecu, channel } = scriptedEcu(() => `6701${SEED}`)
  const provider = {
    key: async () => {
      throw new Error('no such file')
    },
  }
  await assert.rejects(
    unlock(ecu, { level: 1, provider }),
    (error) =>
      error instanceof UdsError &&
      error.code === 'UDS_KEY_PROVIDER' &&
      error.message === 'ECU 0x1234: no key for level 1: no such file',
  )
  assert.deepEqual(channel.take(), ['1234 2701'])
})

test('refuses a level that is no seed request, and an empty seed', async () => {
  const { ecu } = scriptedEcu(() => '6701')
  await assert.rejects(unlock(ecu, { level: 2, provider: xorKey('00') }), RangeError)
  await assert.rejects(unlock(ecu, { level: 1, provider: xorKey('00') }), /the seed of level 1 is empty/)
})

for (const [name, provider, seed, key] of [
  ['xor with a constant', xorKey('fffe'), SEED, KEY],
  ['xor with a constant that repeats', xorKey('0x5A'), '00ff5a', '5aa500'],
  ['the sum with a constant', addKey('9352'), SEED, KEY],
  ['the sum with carry, cut to the length of the seed', addKey('01 0000 0001'), 'ffffffff', '00000000'],
  ['the sum with a shorter constant', addKey('01'), '00ff', '0100'],
] as const) {
  test(`computes ${name}`, async () => {
    assert.equal(toHex(await provider.key({ ecu: 1, level: 1, seed: fromHex(seed) })), key)
  })
}

test('refuses an empty constant', () => {
  assert.throws(() => xorKey(''), RangeError)
  assert.throws(() => addKey('xy'), SyntaxError)
})
