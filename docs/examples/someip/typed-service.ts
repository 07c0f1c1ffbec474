import { type Application, connect, defineService, type ServiceServer, serve } from '@opensovd/someip'
import { i16, struct, u8, u16 } from '@opensovd/someip/payload'

/** An interface as one object: both ends are typed by it, and payloads are read and written by its schemas. */
export const climate = defineService({
  serviceId: 0x1234,
  majorVersion: 1,
  minorVersion: 0,
  methods: { add: { methodId: 0x01, request: struct({ left: u8, right: u8 }), response: u16 } },
  fields: { target: { value: i16, getter: 0x10, setter: 0x11, notifier: { eventId: 0x8010, eventgroupId: 0x11 } } },
})

export function serveClimate(application: Application): Promise<ServiceServer<typeof climate>> {
  return serve(
    application,
    climate,
    {
      methods: { add: ({ left, right }) => left + right },
      commands: {},
      fields: { target: { initial: 210, set: (wanted) => Math.min(wanted, 300) } },
    },
    { instanceId: 0x5678 },
  )
}

/** Adds, asks for 40 degrees, and follows what becomes of it. */
export async function useClimate(application: Application): Promise<{ sum: number; seen: number[] }> {
  await using client = connect(application, climate, 0x5678)
  await client.proxy.whenAvailable()
  const sum = await client.methods.add({ left: 200, right: 100 })
  const seen: number[] = []
  for await (const { value } of client.fields.target.subscribe()) {
    seen.push(value)
    if (seen.length === 2) break
    await client.fields.target.set(400)
  }
  return { sum, seen }
}
