import { systemClock } from '@opensovd/base/node'
import { runApplication } from '../run-application.ts'
import { HELLO_METHOD, HELLO_WORLD } from './ids.ts'

const LIFETIME_MS = 5000

/** Answers "Hello" and what it is sent; ends 5 s after the first request. */
export async function helloWorldService(): Promise<void> {
  await runApplication('hello_world_service', async (application, signal) => {
    const asked = Promise.withResolvers<void>()
    await application.offerService({
      ...HELLO_WORLD,
      methods: {
        [HELLO_METHOD]: ({ payload }) => {
          asked.resolve()
          return Buffer.from(`Hello ${Buffer.from(payload).toString()}`)
        },
      },
    })
    signal.addEventListener('abort', () => asked.resolve(), { once: true })
    await asked.promise
    await systemClock.sleep(LIFETIME_MS, signal)
  })
}
