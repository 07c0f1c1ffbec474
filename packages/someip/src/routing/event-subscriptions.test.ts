import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '@opensovd/base/bytes'
import type { Notification } from './notification.ts'
import { clientBench } from './testing/client-bench.ts'

const event = (payload: string, eventId = '8778', session = '0001', version = '00') =>
  `1234${eventId} 00000009 0000${session} 01${version}0200 ${payload}`

function textOf({ eventId, payload, isCached }: Notification): string {
  return `${eventId.toString(16)} ${toHex(payload)}${isCached ? ' cached' : ''}`
}

test('hands events to a callback, only those that were asked for', () => {
  const { service, receive } = clientBench()
  const seen: string[] = []
  const onNotification = (one: Notification) => seen.push(textOf(one))
  service.subscribe({ eventgroupId: 0x4465, events: [0x8778], onNotification })
  receive(event('01'))
  receive(event('02', '8779'))
  receive(event('03', '8778', '0002', '01'))
  assert.deepEqual(seen, ['8778 01'])
})

test('hands events to a reader, and ends the subscription when it stops reading', async () => {
  const { service, receive, groups } = clientBench()
  const seen: string[] = []
  const subscription = service.subscribe({ eventgroupId: 0x4465 })
  receive(event('01'))
  receive(event('02'))
  for await (const one of subscription) {
    seen.push(textOf(one))
    if (seen.length === 2) setImmediate(() => receive(event('03')))
    if (seen.length === 3) break
  }
  assert.deepEqual(seen, ['8778 01', '8778 02', '8778 03'])
  assert.deepEqual(groups, ['subscribe 4465', 'unsubscribe 4465'])
})

test('ends reading when the signal aborts', async () => {
  const { service, groups } = clientBench()
  const controller = new AbortController()
  const subscription = service.subscribe({ eventgroupId: 0x4465 }, controller.signal)
  setImmediate(() => controller.abort())
  for await (const _ of subscription) assert.fail('no event came')
  assert.deepEqual(groups, ['subscribe 4465', 'unsubscribe 4465'])
  service.subscribe({ eventgroupId: 0x4465 }, controller.signal)
  assert.equal(groups.length, 4)
})

test('drops the oldest events of a reader that is too slow, and counts them', async () => {
  const { service, receive } = clientBench()
  const subscription = service.subscribe({ eventgroupId: 0x4465, maxBuffered: 2 })
  for (const payload of ['01', '02', '03']) receive(event(payload))
  subscription[Symbol.dispose]()
  const seen: string[] = []
  for await (const one of subscription) seen.push(textOf(one))
  assert.deepEqual(seen, ['8778 02', '8778 03'])
  assert.equal(subscription.dropped, 1)
})

test('subscribes once for all subscribers of a group', () => {
  const { service, groups } = clientBench()
  const first = service.subscribe({ eventgroupId: 0x4465 })
  const second = service.subscribe({ eventgroupId: 0x4465 })
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  assert.deepEqual(groups, ['subscribe 4465'])
  second[Symbol.dispose]()
  assert.deepEqual(groups, ['subscribe 4465', 'unsubscribe 4465'])
})

test('gives the last value of a field to a later subscriber while the service is there', () => {
  const { service, receive, makeAvailable } = clientBench()
  const seen: string[] = []
  const onNotification = (one: Notification) => seen.push(textOf(one))
  service.subscribe({ eventgroupId: 0x4465, fields: [0x8778], events: [0x8779] })
  receive(event('01'))
  receive(event('02', '8779'))
  service.subscribe({ eventgroupId: 0x4465, onNotification })
  assert.deepEqual(seen, ['8778 01 cached'])
  service.changeAvailability(undefined)
  makeAvailable()
  service.subscribe({ eventgroupId: 0x4465, onNotification })
  assert.equal(seen.length, 1)
})

test('shows a subscriber what its own rule lets pass, or the configured one', () => {
  const rule = { onChange: true, onChangeResetsInterval: false, intervalMs: undefined, ignoredBits: new Map() }
  const { service, receive } = clientBench({ rule })
  const configured: string[] = []
  const own: string[] = []
  service.subscribe({ eventgroupId: 0x4465, onNotification: (one) => configured.push(textOf(one)) })
  const debounce = { ...rule, ignoredBits: new Map([[0, 0xf0]]) }
  service.subscribe({ eventgroupId: 0x4465, debounce, onNotification: (one) => own.push(textOf(one)) })
  for (const payload of ['01', '01', '11']) receive(event(payload))
  assert.deepEqual(configured, ['8778 01', '8778 11'])
  assert.deepEqual(own, ['8778 01'])
})

test('goes on when a callback throws', () => {
  const { service, receive, failures } = clientBench()
  const seen: string[] = []
  service.subscribe({
    eventgroupId: 0x4465,
    onNotification: (one) => {
      seen.push(textOf(one))
      throw new Error('broken')
    },
  })
  receive(event('01'))
  receive(event('02'))
  assert.deepEqual([seen.length, failures.length], [2, 2])
})

test('says what a configured E2E check found, and drops nothing', () => {
  const parameters = { service_id: '0x1234', event_id: '0x8778', variant: 'checker', profile: 'CRC32', crc_offset: '0' }
  const { service, receive } = clientBench({ configuration: { e2e: { e2e_enabled: 'true', protected: [parameters] } } })
  const seen: unknown[] = []
  service.subscribe({ eventgroupId: 0x4465, onNotification: ({ e2e }) => seen.push(e2e) })
  // The CRC of vsomeip 3.7.4 over 28 bytes of 0x55.
  const body = '55'.repeat(28)
  receive(`12348778 00000028 00000001 01000200 80014445 ${body}`)
  receive(`12348778 00000028 00000002 01000200 80014444 ${body}`)
  assert.deepEqual(seen, ['OK', 'WRONG_CRC'])
})
