import { AppError } from '@opensovd/base'

/** A value that its wire format cannot carry. The message begins with the path of the value. */
export class EncodeError extends AppError<'ENCODE'> {
  /** The field, or the members that lead to it: `status.wheels[3].speed`. */
  readonly path: string

  constructor(path: string, problem: string) {
    super('ENCODE', `${path}: ${problem}`)
    this.path = path
  }
}

/** Returns `value` if it is an integer from 0 to `max`. */
export function checkUnsigned(path: string, value: number, max: number): number {
  if (!(value >= 0 && value <= max && Number.isInteger(value))) {
    throw new EncodeError(path, `${value} is not an integer from 0 to ${max}`)
  }
  return value
}
