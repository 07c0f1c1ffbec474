import { AppError } from '@opensovd/base'

/** Thrown by a request handler to answer with a return code, where it cannot return one. */
export class Refusal extends AppError<'SOMEIP_REFUSAL'> {
  readonly returnCode: number

  constructor(returnCode: number, reason = 'the request was refused') {
    super('SOMEIP_REFUSAL', `${reason} (return code 0x${returnCode.toString(16).padStart(2, '0')})`)
    this.returnCode = returnCode
  }
}
