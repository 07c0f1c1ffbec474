import { ended, runApplication } from '../run-application.ts'
import { hex4, METHOD, SAMPLE } from './ids.ts'

const PAYLOAD = Uint8Array.from({ length: 120 }, (_, index) => index)

/** Answers the method with 120 bytes. */
export async function response(): Promise<void> {
  await runApplication('service-sample', async (application, signal) => {
    await application.offerService({
      ...SAMPLE,
      methods: {
        [METHOD]: ({ clientId, sessionId }) => {
          console.log(`Received a message with Client/Session [${hex4(clientId)}/${hex4(sessionId)}]`)
          return PAYLOAD
        },
      },
    })
    await ended(signal)
  })
}
