/** The service that is measured. */
export const BENCH = { serviceId: 0x1234, instanceId: 0x5678 } as const
/** Answers the payload it is sent. */
export const ECHO_METHOD = 0x0421
/** Sends as many events as a `burst` asks for. */
export const BURST_METHOD = 0x0422
export const EVENT = 0x8778
export const EVENTGROUP = 0x4465
/** Each event begins with its number in the burst. */
export const SEQUENCE_BYTES = 4
