export type ByteOrder = 'big' | 'little'

/** How parameters are laid out where the schema does not say otherwise. */
export interface PayloadOptions {
  /** Byte order of the parameters [PRS_SOMEIP_00369]. Default: big. */
  readonly byteOrder?: ByteOrder
  /** Byte order of length and type fields. Default: big, whatever the order of the parameters. */
  readonly lengthByteOrder?: ByteOrder
  /** What error messages call the payload. Default: `payload`. */
  readonly name?: string
}

/** Size of a length or type field in bits; 0 means that there is none. */
export type FieldBits = 8 | 16 | 32

/** A member name or an array index. */
export type PathStep = string | number

/** `payload.status.wheels[3].speed` */
export function formatPath(name: string, steps: readonly PathStep[]): string {
  return steps.reduce<string>((path, step) => path + (typeof step === 'number' ? `[${step}]` : `.${step}`), name)
}
