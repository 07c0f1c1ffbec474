import { messageOf } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { ended, runApplication } from '../run-application.ts'
import { hex4, METHOD, SAMPLE } from './ids.ts'

export interface RequestOptions {
  readonly tcp?: boolean
  readonly quiet?: boolean
  readonly cycle: number
}

const PAYLOAD = Uint8Array.from({ length: 10 }, (_, index) => index)

/** Calls the method while the service is there, one cycle after each response. */
export async function request({ tcp = false, quiet = false, cycle }: RequestOptions): Promise<void> {
  await runApplication('client-sample', async (application, signal) => {
    const service = application.requestService(SAMPLE)
    const name = `${hex4(SAMPLE.serviceId)}.${hex4(SAMPLE.instanceId)}`
    service.onAvailability((isThere) =>
      console.log(`Service [${name}] is ${isThere ? 'available.' : 'NOT available.'}`),
    )
    const transport = tcp ? 'reliable' : 'unreliable'
    while (!quiet) {
      await service.whenAvailable(signal)
      try {
        const { clientId, sessionId, payload } = await service.call(METHOD, PAYLOAD, { transport, signal })
        const ids = `${hex4(clientId)}/${hex4(sessionId)}`
        const hex = Buffer.from(payload).toString('hex')
        console.log(`Received a response to Client/Session [${ids}]: (${payload.length}) ${hex}`)
      } catch (error) {
        if (!signal.aborted) console.log(`No response: ${messageOf(error)}`)
      }
      await systemClock.sleep(cycle, signal)
    }
    await ended(signal)
  })
}
