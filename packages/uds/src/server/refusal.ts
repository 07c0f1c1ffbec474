import { AppError } from '@opensovd/base'
import { describeNrc } from '../codec/nrc.ts'

/** Thrown by a service handler to answer with a negative response code. */
export class ServiceRefusal extends AppError<'UDS_REFUSAL'> {
  readonly nrc: number

  constructor(nrc: number) {
    super('UDS_REFUSAL', describeNrc(nrc))
    this.nrc = nrc
  }
}
