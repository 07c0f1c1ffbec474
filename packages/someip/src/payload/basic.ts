import type { BasicSchema } from './schema.ts'

// Basic datatypes [PRS_SOMEIP_00065]. 64-bit integers are bigints, because a number cannot hold all of them.

/** Only the lowest bit counts on receive [PRS_SOMEIP_00615]. */
export const bool: BasicSchema<boolean> = {
  wireType: 0,
  read: (from) => (from.u8() & 1) === 1,
  write: (to, value) => {
    if (typeof value !== 'boolean') to.fail(`${value} is not a boolean`)
    to.unsigned(value ? 1 : 0, 1)
  },
}

/** An unsigned integer of 8 bits. */
export const u8: BasicSchema<number> = {
  wireType: 0,
  read: (from) => from.u8(),
  write: (to, value) => to.unsigned(value, 1),
}

/** An unsigned integer of 16 bits. */
export const u16: BasicSchema<number> = {
  wireType: 1,
  read: (from) => from.u16(),
  write: (to, value) => to.unsigned(value, 2),
}

/** An unsigned integer of 32 bits. */
export const u32: BasicSchema<number> = {
  wireType: 2,
  read: (from) => from.u32(),
  write: (to, value) => to.unsigned(value, 4),
}

/** An unsigned integer of 64 bits, a bigint. */
export const u64: BasicSchema<bigint> = {
  wireType: 3,
  read: (from) => from.u64(),
  write: (to, value) => to.u64(value),
}

/** A signed integer of 8 bits. */
export const i8: BasicSchema<number> = {
  wireType: 0,
  read: (from) => from.i8(),
  write: (to, value) => to.signed(value, 1),
}

/** A signed integer of 16 bits. */
export const i16: BasicSchema<number> = {
  wireType: 1,
  read: (from) => from.i16(),
  write: (to, value) => to.signed(value, 2),
}

/** A signed integer of 32 bits. */
export const i32: BasicSchema<number> = {
  wireType: 2,
  read: (from) => from.i32(),
  write: (to, value) => to.signed(value, 4),
}

/** A signed integer of 64 bits, a bigint. */
export const i64: BasicSchema<bigint> = {
  wireType: 3,
  read: (from) => from.i64(),
  write: (to, value) => to.i64(value),
}

/** Rounded to single precision on send. */
export const f32: BasicSchema<number> = {
  wireType: 2,
  read: (from) => from.f32(),
  write: (to, value) => to.float(value, 4),
}

/** A number of 64 bits as IEEE 754 has it. */
export const f64: BasicSchema<number> = {
  wireType: 3,
  read: (from) => from.f64(),
  write: (to, value) => to.float(value, 8),
}
