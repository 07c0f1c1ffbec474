import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { UdsError } from '../errors.ts'
import { scriptedEcu } from '../testing/scripted-ecu.ts'
import { authenticate } from './authentication.ts'

const provider = {
  certificate: fromHex('30ad'),
  prove: async (challenge: Uint8Array) => fromHex(`7f${toHex(challenge)}`),
}

test('proves the ownership of the certificate that the ECU verified', async () => {
  const { ecu, channel } = scriptedEcu((request) =>
    request.startsWith('2901') ? '69011100020a440000' : '690312000245ad',
  )
  assert.equal(toHex(await authenticate(ecu, provider)), '45ad')
  assert.deepEqual(channel.take(), ['1234 290100000230ad0000', '1234 290300037f0a440000'])
})

test('stops when the ECU answers with another return value than the flow has', async () => {
  const { ecu } = scriptedEcu(() => '690113000000 00'.replaceAll(' ', ''))
  await assert.rejects(
    authenticate(ecu, provider),
    (error) => error instanceof UdsError && /authentication return value 0x13 for the certificate/.test(error.message),
  )
})
