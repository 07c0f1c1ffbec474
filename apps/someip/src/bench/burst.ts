import * as payload from '@opensovd/someip/payload'

/** What a client asks the burst method for. */
export const burst = payload.struct({ count: payload.u32, bytes: payload.u32, gapMicroseconds: payload.u32 })
export type Burst = payload.Infer<typeof burst>

export const decodeBurst = (bytes: Uint8Array): Burst => payload.decodePayload(burst, bytes)
export const encodeBurst = (value: Burst): Uint8Array => payload.encodePayload(burst, value)
