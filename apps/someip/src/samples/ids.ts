/** The service of the request, response, notify and subscribe samples. */
export const SAMPLE = { serviceId: 0x1234, instanceId: 0x5678 } as const
export const METHOD = 0x0421
export const EVENT = 0x8778
export const EVENTGROUP = 0x4465
export const GET_METHOD = 0x0001
export const SET_METHOD = 0x0002

export const HELLO_WORLD = { serviceId: 0x1111, instanceId: 0x2222 } as const
export const HELLO_METHOD = 0x3333

/** An id as it is usually printed: four hexadecimal digits. */
export function hex4(id: number): string {
  return id.toString(16).padStart(4, '0')
}
