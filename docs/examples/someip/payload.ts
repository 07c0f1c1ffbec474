import { array, decodePayload, encodePayload, type Infer, string, struct, u8, u16 } from '@opensovd/someip/payload'

/** A schema is both: how the bytes look, and which type their value has. */
const vehicle = struct({
  speed: u16,
  name: string({ lengthField: 8 }),
  doors: array(u8, { lengthField: 8, maxElements: 6 }),
})
export type Vehicle = Infer<typeof vehicle>

/** @throws EncodeError naming the member that does not fit, as in `vehicle.doors[1]` */
export function writeVehicle(value: Vehicle): Uint8Array {
  return encodePayload(vehicle, value, { name: 'vehicle' })
}

/** @throws DecodeError naming the member that cannot be read */
export function readVehicle(bytes: Uint8Array): Vehicle {
  return decodePayload(vehicle, bytes, { name: 'vehicle' })
}
