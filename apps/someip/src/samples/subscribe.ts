import { messageOf } from '@opensovd/base'
import { runApplication } from '../run-application.ts'
import { EVENT, EVENTGROUP, GET_METHOD, hex4, SAMPLE, SET_METHOD } from './ids.ts'

const TO_SET = Buffer.from('4243444546474849505152', 'hex')

/** Prints each value of the field; gets it when it has 5 bytes, and sets it when it has 8. */
export async function subscribe({ tcp = false }: { readonly tcp?: boolean }): Promise<void> {
  await runApplication('client-sample', async (application, signal) => {
    const service = application.requestService(SAMPLE)
    const name = `${hex4(SAMPLE.serviceId)}.${hex4(SAMPLE.instanceId)}`
    service.onAvailability((isThere) =>
      console.log(`Service [${name}] is ${isThere ? 'available.' : 'NOT available.'}`),
    )
    const print = (what: string, payload: Uint8Array) =>
      console.log(`Received ${what} = (${payload.length}) ${Buffer.from(payload).toString('hex')}`)
    const transport = tcp ? 'reliable' : 'unreliable'
    const call = async (methodId: number, payload: Uint8Array) => {
      try {
        print(
          `a response of [${hex4(methodId)}]`,
          (await service.call(methodId, payload, { transport, signal })).payload,
        )
      } catch (error) {
        if (!signal.aborted) console.log(`No response of [${hex4(methodId)}]: ${messageOf(error)}`)
      }
    }
    for await (const { eventId, payload } of service.subscribe({ eventgroupId: EVENTGROUP, fields: [EVENT] }, signal)) {
      print(`a notification for Event [${name}.${hex4(eventId)}]`, payload)
      if (payload.length % 5 === 0) await call(GET_METHOD, new Uint8Array(0))
      if (payload.length % 8 === 0) await call(SET_METHOD, TO_SET)
    }
  })
}
