import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { missingModules, PYTHON, temporaryFolder } from '@opensovd/base/testing'

/** A network of its own, with one interface that can multicast. */
const NETWORK = [
  'ip link set lo up',
  'ip link add car type veth peer name peer',
  'ip addr add 10.77.0.1/24 dev car',
  'ip link set car up',
  'ip link set peer up',
  'ip route add 224.0.0.0/4 dev car',
].join(' && ')

/** What is started in it ends with it. */
const ISOLATION = ['--net', '--map-root-user', '--pid', '--fork', '--kill-child']

const isolated = (script: string) =>
  spawnSync('unshare', [...ISOLATION, 'sh', '-c', `${NETWORK} || exit 1\n${script}`], {
    encoding: 'utf8',
    timeout: 60_000,
  })

function mustSkip(t: TestContext): boolean {
  const { status, stderr, error } = isolated('true')
  if (status === 0) return false
  const reason = `no network of its own can be made: ${error?.message ?? stderr.trim()}`
  assert.notEqual(process.env.REQUIRE_PEERS, '1', reason)
  t.skip(reason)
  return true
}

const main = fileURLToPath(new URL('main.ts', import.meta.url))
const sovd = `'${process.execPath}' '${main}'`
const testing = fileURLToPath(new URL('testing/', import.meta.url))

/** Two gateways of one configuration but for the port. */
const GATEWAYS = `
  ${sovd} serve --config one.toml > one.log 2>&1 & one=$!
  until grep -q 'announced by mDNS' one.log; do kill -0 $one || exit 3; sleep 0.1; done
  ${sovd} serve --config two.toml > two.log 2>&1 & two=$!
  until grep -q 'announced by mDNS' two.log; do kill -0 $two || exit 4; sleep 0.1; done`

/** What is found while both run, and after their end. */
const SCENARIO = `${GATEWAYS}
  '${process.execPath}' '${testing}odd-mdns-query.ts' 10.77.0.1
  ${sovd} discover --timeout 1 --json
  echo ----
  curl -sS -X PUT http://10.77.0.1:7691/x-admin/features/mdns -H 'content-type: application/json' -d '{"enabled":false}' > off.json
  ${sovd} discover --timeout 1 --json
  echo ----
  kill -INT $one $two; wait $one $two
  ${sovd} discover --timeout 1 --json
  true`

interface Server {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly addresses: readonly string[]
  readonly txt: readonly string[]
}

/** Runs a scenario in a folder with the configurations; what it printed. */
function outputOf(scenario: string, t: TestContext): string {
  const folder = temporaryFolder(t)
  const configure = (name: string, port: number) =>
    writeFileSync(
      join(folder, name),
      `[server]\nhost = "0.0.0.0"\nport = ${port}\n[mdns]\nenabled = true\ninstance_name = "car"\nidentification = "VIN1"\n`,
    )
  configure('one.toml', 7690)
  configure('two.toml', 7691)
  const { stdout, stderr, status } = isolated(`cd '${folder}'\n${scenario}`)
  assert.equal(status, 0, stderr)
  return stdout
}

test('sovd discover finds gateways in the network while they announce themselves', { timeout: 90_000 }, (t) => {
  if (mustSkip(t)) return
  const [both, one, none] = outputOf(SCENARIO, t)
    .split('----')
    .map((text): Server[] => JSON.parse(text).servers)
    .map((servers) => servers.toSorted((a, b) => a.port - b.port))
  const car = (name: string, port: number): Server => ({
    name,
    host: 'opensovd.local',
    port,
    addresses: ['10.77.0.1'],
    txt: ['identification=VIN1', `accessurl=http://opensovd.local:${port}/vehicle`],
  })
  assert.deepEqual(both, [car('car', 7690), car('car (2)', 7691)])
  assert.deepEqual(one, [car('car', 7690)])
  assert.deepEqual(none, [])
})

test('python-zeroconf finds gateways in the network', {
  skip: missingModules('zeroconf'),
  timeout: 90_000,
}, (t) => {
  if (mustSkip(t)) return
  const found: unknown = JSON.parse(outputOf(`${GATEWAYS}\n'${PYTHON}' '${testing}zeroconf-browser.py' 10.77.0.1 2`, t))
  const car = (name: string, port: number) => ({
    name: `${name}._sovd._tcp.local.`,
    host: 'opensovd.local.',
    port,
    addresses: ['10.77.0.1'],
    txt: { identification: 'VIN1', accessurl: `http://opensovd.local:${port}/vehicle` },
  })
  assert.deepEqual(found, [car('car', 7690), car('car (2)', 7691)])
})
