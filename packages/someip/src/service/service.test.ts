import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DecodeError } from '@opensovd/base/bytes'
import { serviceSection, TwoHosts } from '../application/testing/two-hosts.ts'
import { i16, u8, u16 } from '../payload/basic.ts'
import { string } from '../payload/string.ts'
import { struct } from '../payload/struct.ts'
import { Refusal } from '../routing/refusal.ts'
import { ErrorAnswer } from '../routing/someip-error.ts'
import { RETURN_CODE } from '../wire/return-code.ts'
import { defineService } from './description.ts'
import { connect } from './service-client.ts'
import { serve } from './service-server.ts'

const climate = defineService({
  serviceId: 0x1234,
  majorVersion: 1,
  minorVersion: 2,
  methods: {
    add: { methodId: 0x01, request: struct({ left: u8, right: u8 }), response: u16 },
    reset: { methodId: 0x02 },
  },
  commands: { beep: { methodId: 0x03, request: string() } },
  events: { overheated: { eventId: 0x8001, eventgroupId: 0x10, payload: struct({ celsius: i16 }) } },
  fields: {
    target: {
      value: i16,
      getter: 0x10,
      setter: 0x11,
      notifier: { eventId: 0x8010, eventgroupId: 0x11 },
    },
  },
})

async function start() {
  const net = new TwoHosts()
  const server = await net.start('10.77.0.1', serviceSection({ unreliable: '30509' }))
  const client = await net.start('10.77.0.2')
  const beeps: string[] = []
  const service = await serve(
    server,
    climate,
    {
      methods: {
        add: ({ left, right }) => {
          if (right === 0) throw new Refusal(0x21)
          return left + right
        },
        reset: async () => undefined,
      },
      commands: { beep: (tone) => void beeps.push(tone) },
      fields: { target: { initial: 210, set: (value) => Math.min(value, 300) } },
    },
    { instanceId: 0x5678 },
  )
  const proxy = connect(client, climate, 0x5678)
  await net.during(proxy.proxy.whenAvailable())
  const stop = async () => {
    await net.during(client.close())
    await net.during(server.close())
  }
  return { net, service, client: proxy, beeps, [Symbol.asyncDispose]: stop }
}

test('calls typed methods and sends typed commands', async () => {
  await using running = await start()
  const { net, client, beeps } = running
  assert.equal(await net.during(client.methods.add({ left: 200, right: 100 })), 300)
  assert.equal(await net.during(client.methods.reset()), undefined)
  client.commands.beep('high')
  await net.advance(1)
  assert.deepEqual(beeps, ['high'])
})

test('passes on the return code of a refusal', async () => {
  await using running = await start()
  const { net, client } = running
  await assert.rejects(
    net.during(client.methods.add({ left: 1, right: 0 })),
    (error) => error instanceof ErrorAnswer && error.returnCode === 0x21,
  )
})

test('refuses values that do not fit on either side', async () => {
  await using running = await start()
  const { net, client } = running
  await assert.rejects(client.methods.add({ left: 256, right: 1 }), { code: 'ENCODE' })
  await assert.rejects(
    net.during(client.proxy.call(0x01, new Uint8Array(1))),
    (error) => error instanceof ErrorAnswer && error.returnCode === RETURN_CODE.MALFORMED_MESSAGE,
  )
})

test('gets, sets and follows a field', async () => {
  await using running = await start()
  const { net, client, service } = running
  const { target } = client.fields
  assert.equal(await net.during(target.get()), 210)
  const seen: number[] = []
  const reading = (async () => {
    for await (const { value } of target.subscribe()) {
      seen.push(value)
      if (seen.length === 3) return
    }
  })()
  await net.advance(3000)
  assert.equal(await net.during(target.set(400)), 300)
  assert.equal(service.fields.target.value, 300)
  service.fields.target.set(-5)
  await net.during(reading)
  assert.deepEqual(seen, [210, 300, -5])
  assert.throws(() => service.fields.target.set(40_000), { code: 'ENCODE' })
  assert.equal(service.fields.target.value, -5)
})

test('receives typed events, and says which one cannot be read', async () => {
  await using running = await start()
  const { net, client, service } = running
  using events = client.events.overheated.subscribe()
  await net.advance(3000)
  service.events.overheated.notify({ celsius: 95 })
  service.service.notify(0x8001, new Uint8Array(1))
  await net.advance(1)
  const seen: unknown[] = []
  await assert.rejects(async () => {
    for await (const { value } of events) seen.push(value)
  }, DecodeError)
  assert.deepEqual(seen, [{ celsius: 95 }])
})
