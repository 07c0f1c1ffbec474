import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '@opensovd/base'
import { nodeNetwork } from './index.ts'

const HOST = '127.0.0.1'
/** Of the documentation block TEST-NET-1: no machine has it. */
const FOREIGN = '192.0.2.1'
const network = nodeNetwork()

const failsWith = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof AppError && error.code === code && message.test(error.message)

test('who cannot listen for connections is told why in one line', async () => {
  await using first = await network.listen({ host: HOST, port: 0 }, () => {})
  const { port } = first.local
  const second = network.listen({ host: HOST, port }, () => {})
  await assert.rejects(second, failsWith('address-in-use', /^TCP port \d+ on 127\.0\.0\.1 is already in use$/))
  const foreign = network.listen({ host: FOREIGN, port: 0 }, () => {})
  await assert.rejects(foreign, failsWith('address-unavailable', /^TCP port 0 on 192\.0\.2\.1: .* no such address$/))
})

test('who cannot listen for datagrams is told why in one line', async () => {
  await using first = await network.openDatagram({ host: HOST, port: 0 })
  const { port } = first.local
  const second = network.openDatagram({ host: HOST, port })
  await assert.rejects(second, failsWith('address-in-use', /^UDP port \d+ on 127\.0\.0\.1 is already in use$/))
  const foreign = network.openDatagram({ host: FOREIGN, port: 0 })
  await assert.rejects(foreign, failsWith('address-unavailable', /^UDP port 0 on 192\.0\.2\.1: .* no such address$/))
})
