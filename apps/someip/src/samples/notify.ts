import { systemClock } from '@opensovd/base/node'
import { runApplication } from '../run-application.ts'
import { EVENT, EVENTGROUP, GET_METHOD, SAMPLE, SET_METHOD } from './ids.ts'

const MAX_LENGTH = 9

/** Sets a field to 1 to 9 bytes in turn, one value a cycle; clients get and set it too. */
export async function notify({ cycle }: { readonly cycle: number }): Promise<void> {
  await runApplication('service-sample', async (application, signal) => {
    const service = await application.offerService({
      ...SAMPLE,
      events: [{ eventId: EVENT, eventgroupIds: [EVENTGROUP], kind: 'field' }],
      methods: {
        [GET_METHOD]: () => service.valueOf(EVENT),
        [SET_METHOD]: ({ payload }) => {
          service.notify(EVENT, payload)
          return payload
        },
      },
    })
    for (let length = 1; ; length = (length % MAX_LENGTH) + 1) {
      console.log(`Setting event (Length=${length}).`)
      service.notify(
        EVENT,
        Uint8Array.from({ length }, (_, index) => index),
      )
      await systemClock.sleep(cycle, signal)
    }
  })
}
