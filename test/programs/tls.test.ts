import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { get, type RequestOptions } from 'node:https'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { at, call, connectionState } from './api.ts'
import { addressIn, configFile, start } from './program.ts'

const certificate = (name: string) =>
  fileURLToPath(new URL(`../../apps/sovd/src/testing/certs/${name}`, import.meta.url))
const pem = (name: string) => readFileSync(certificate(name), 'utf8')

const ANY_PORT = { env: { SOVD__SERVER__PORT: '0' } }
const SERVER = `[server]
cert_path = "${certificate('server.pem')}"
key_path = "${certificate('server.key')}"
client_ca_path = "${certificate('ca.pem')}"
`

function statusOf(url: string, options: RequestOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, { ...options, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })
}

function backend(url: string, settings = ''): string {
  return `[[backends]]\nbase_url = "${new URL(url).origin}"\n${settings}`
}

const CLIENT = `
client_cert_path = "${certificate('client.pem')}"
client_key_path = "${certificate('client.key')}"
ca_cert_path = "${certificate('ca.pem')}"
`

test('gateways trust each other by certificates, and nobody else gets in', async (t) => {
  const ecu = start(t, ['demo-ecu', '--port', '0', '--static'])
  const inner = start(t, ['serve', '--config', configFile(t, SERVER + backend(addressIn(await ecu.ready())))], ANY_PORT)
  const innerUrl = addressIn(await inner.ready())
  assert.match(innerUrl, /^https:/)

  await assert.rejects(statusOf(innerUrl, { ca: pem('ca.pem') }))
  await assert.rejects(statusOf(innerUrl, { cert: pem('client.pem'), key: pem('client.key') }))
  const trusted = { ca: pem('ca.pem'), cert: pem('client.pem'), key: pem('client.key') }
  assert.equal(await statusOf(innerUrl, trusted), 200)

  const outer = start(t, ['serve', '--config', configFile(t, backend(innerUrl, CLIENT))], ANY_PORT)
  const outerUrl = addressIn(await outer.ready())
  await connectionState(outerUrl, 'bms', 'connected')
  assert.equal(at((await call(`${outerUrl}/components/bms/data/soc`)).body, 'value'), 78.5)

  const stranger = start(
    t,
    [
      'serve',
      '--config',
      configFile(t, backend(innerUrl, 'component_ids = ["bms"]\ndanger_accept_invalid_certs = true')),
    ],
    ANY_PORT,
  )
  const strangerUrl = addressIn(await stranger.ready())
  await connectionState(strangerUrl, 'bms', 'disconnected')
  assert.match(stranger.stderr, / WARN {2}ANY CERTIFICATE IS ACCEPTED: /)
})
