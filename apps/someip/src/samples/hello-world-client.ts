import { runApplication } from '../run-application.ts'
import { HELLO_METHOD, HELLO_WORLD } from './ids.ts'

/** Sends "World" as soon as the service is there, and prints the answer. */
export async function helloWorldClient(): Promise<void> {
  await runApplication('hello_world_client', async (application, signal) => {
    const service = application.requestService(HELLO_WORLD)
    await service.whenAvailable(signal)
    console.log('Sending: World')
    const { payload } = await service.call(HELLO_METHOD, Buffer.from('World'), { signal })
    console.log(`Received: ${Buffer.from(payload).toString()}`)
  })
}
