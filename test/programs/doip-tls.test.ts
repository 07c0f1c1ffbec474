import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { openGatewaySimulator, readDescription } from '@opensovd/ecu'
import { nodeNetwork } from '@opensovd/uds/node'
import { parse } from 'yaml'
import { at, call } from './api.ts'
import { addressIn, configFile, eventually, start } from './program.ts'

const DESCRIPTION = fileURLToPath(new URL('../../docs/examples/ecus/powertrain.yaml', import.meta.url))
const certificate = (name: string) =>
  fileURLToPath(new URL(`../../apps/sovd/src/testing/certs/${name}`, import.meta.url))
const pem = (name: string) => readFileSync(certificate(name), 'utf8')

/** Simulated ECUs that are there over TLS only, for testers with a certificate of our authority. */
async function openSimulator(t: TestContext): Promise<number> {
  const tls = {
    port: 0,
    certificate: pem('server.pem'),
    privateKey: pem('server.key'),
    authorities: pem('ca.pem'),
    requestClientCertificate: true,
  }
  const activationTypes = { 0: { tlsRequired: true } }
  const settings = { host: '127.0.0.1', tcpPort: 0, udpPort: 0, announceCount: 0, tls, activationTypes }
  const simulator = await openGatewaySimulator(
    { clock: systemClock, log: silentLogger, network: nodeNetwork() },
    readDescription({ value: parse(readFileSync(DESCRIPTION, 'utf8')) }),
    settings,
  )
  t.after(() => simulator[Symbol.asyncDispose]())
  return simulator.addresses.tls?.port ?? 0
}

async function gatewayTo(t: TestContext, port: number, more: string): Promise<string> {
  const toml = `[server]\nport = 0\n[[backends]]\ntype = "doip"\nhost = "127.0.0.1"\nport = ${port}\ntls = true
description = "${DESCRIPTION}"\nca_cert_path = "${certificate('ca.pem')}"\n${more}`
  return addressIn(await start(t, ['serve', '--config', configFile(t, toml)]).ready())
}

test('ECUs are reached over TLS, with certificates on both sides', async (t) => {
  const port = await openSimulator(t)
  const own = `client_cert_path = "${certificate('client.pem')}"\nclient_key_path = "${certificate('client.key')}"`
  const url = await gatewayTo(t, port, own)
  const vin = await eventually(10_000, async () => {
    const { status, body } = await call(`${url}/components/engine/data/vin`)
    return status === 200 ? at(body, 'value') : undefined
  })
  assert.equal(vin, 'W0L000043MB541326')
})

test('a gateway without the certificate that an entity wants has no ECUs there, and says why', async (t) => {
  const url = await gatewayTo(t, await openSimulator(t), '')
  const { status, body } = await call(`${url}/components/engine/data/vin`)
  assert.equal(status, 502)
  assert.match(String(at(body, 'error', 'message')), /certificate|TLS|SSL|alert|lost/i)
})
