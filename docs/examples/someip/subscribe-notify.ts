import type { Application, OfferedService } from '@opensovd/someip'

const SPEEDOMETER = { serviceId: 0x1234, instanceId: 0x5678 }
const SPEED = 0x8778
const DRIVING = 0x4465

/** Offers a service with one event. `notify` of what it returns sends the event to all subscribers. */
export function offerSpeed(application: Application): Promise<OfferedService> {
  return application.offerService({ ...SPEEDOMETER, events: [{ eventId: SPEED, eventgroupIds: [DRIVING] }] })
}

export function showSpeed(service: OfferedService, kilometersPerHour: number): void {
  service.notify(SPEED, Uint8Array.of(kilometersPerHour))
}

/** The first speeds that arrive. Leaving the loop ends the subscription. */
export async function readSpeeds(application: Application, count: number): Promise<number[]> {
  await using speedometer = application.requestService(SPEEDOMETER)
  const speeds: number[] = []
  for await (const { payload } of speedometer.subscribe({ eventgroupId: DRIVING, events: [SPEED] })) {
    speeds.push(payload[0] ?? 0)
    if (speeds.length === count) break
  }
  return speeds
}
