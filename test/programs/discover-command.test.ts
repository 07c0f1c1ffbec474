import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort, run, start } from './program.ts'

const DESCRIPTION = fileURLToPath(new URL('../../docs/examples/ecus/powertrain.yaml', import.meta.url))
const VIN = 'W0L000043MB541326'
const ENTITY = {
  address: '127.0.0.1',
  logicalAddress: '0x0001',
  vin: VIN,
  eid: '0a0000000001',
  gid: '0a0000000002',
  furtherAction: 'none',
  protocolVersion: 2,
}

test('sovd discover identifies the DoIP entity at an address', async (t) => {
  const simulator = start(t, ['ecu-sim', DESCRIPTION, '--port', '0'])
  const port = /discovery at UDP port (\d+)/.exec(await simulator.ready())?.[1]
  assert(port !== undefined)
  const reach = ['discover', '--address', '127.0.0.1', '--port', port, '--timeout', '0.5']
  const found = await run(t, [...reach, '--json', '--vin', VIN])
  assert.equal(found.code, 0, found.stderr)
  assert.deepEqual(JSON.parse(found.stdout), { entities: [ENTITY], servers: [] })

  const text = await run(t, [...reach, '--eid', '0A0000000001'])
  assert.match(text.stdout, /^DoIP entity 0x0001 at 127\.0\.0\.1\n {2}VIN {12}W0L000043MB541326\n/)
  assert.match(text.stdout, /\n1 DoIP entity, 0 SOVD servers\n$/)

  const other = await run(t, [...reach, '--vin', 'W0L000043MB541327'])
  assert.deepEqual([other.code, other.stdout], [1, '0 DoIP entities, 0 SOVD servers\n'])
})

test('sovd discover hears entities that announce themselves', async (t) => {
  const port = await freePort()
  const socket = createSocket('udp4')
  t.after(() => socket.close())
  // ISO 13400-2, payload type 0x0004, version 3: VIN, logical address, EID, GID, further action, sync status.
  const announcement = `03fc000400000021${Buffer.from(VIN).toString('hex')}0e000a00000000010a00000000021010`
  const repeat = setInterval(() => socket.send(Buffer.from(announcement, 'hex'), port, '127.0.0.1'), 50)
  t.after(() => clearInterval(repeat))
  const args = ['discover', '--interface', 'lo', '--port', String(port), '--timeout', '1', '--json']
  const { code, stdout, stderr } = await run(t, args)
  assert.equal(code, 0, stderr)
  const furtherAction = 'routing activation for central security'
  const expected = { ...ENTITY, logicalAddress: '0x0e00', furtherAction, syncStatus: 'incomplete', protocolVersion: 3 }
  assert.deepEqual(JSON.parse(stdout).entities, [expected])
})

test('sovd discover ends with 2 for wrong use, and says why', async (t) => {
  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [['--interface', 'none0'], /there is no interface "none0"; there are .*lo/],
    [['--address', 'nowhere'], /no IP address: "nowhere"/],
    [['--timeout', '0'], /expected a number of seconds above 0/],
    [['--eid', 'xyz'], /expected an EID of 12 hex digits/],
    [['--vin', VIN, '--eid', '0a0000000001'], /either --vin or --eid/],
  ]
  for (const [args, message] of wrong) {
    const { code, stdout, stderr } = await run(t, ['discover', ...args])
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
    assert.match(stderr, message)
  }
})
