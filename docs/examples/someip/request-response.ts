import type { Application, OfferedService } from '@opensovd/someip'

const GREETER = { serviceId: 0x1111, instanceId: 0x2222 }
const GREET = 0x3333
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Offers a service whose only method greets whom it is told. */
export function greet(application: Application): Promise<OfferedService> {
  return application.offerService({
    ...GREETER,
    methods: { [GREET]: ({ payload }) => encoder.encode(`Hello ${decoder.decode(payload)}`) },
  })
}

/** Waits for the service and calls its method. */
export async function askForGreeting(application: Application, name: string): Promise<string> {
  await using greeter = application.requestService(GREETER)
  await greeter.whenAvailable()
  const { payload } = await greeter.call(GREET, encoder.encode(name), { timeoutMs: 1000 })
  return decoder.decode(payload)
}
