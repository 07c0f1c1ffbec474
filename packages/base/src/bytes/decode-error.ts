import { AppError } from '../errors.ts'

/** Input that is not a well-formed encoding. The message alone is enough to diagnose it. */
export class DecodeError extends AppError<'DECODE'> {
  /** What was being read, as the standard names it. */
  readonly layer: string

  constructor(layer: string, problem: string) {
    super('DECODE', `${layer}: ${problem}`)
    this.layer = layer
  }
}
