export interface DiagnosticRequest {
  /** Logical address of the tester that asks. */
  readonly tester: number
  /** Whether the request was for a group of ECUs. */
  readonly functional: boolean
  readonly data: Uint8Array
  /** To be called, if at all, when nobody needs `data` any longer: the memory serves the next request. */
  readonly release?: () => void
}

/** A logical ECU behind a DoIP entity, or the entity's own diagnostics. */
export interface DiagnosticTarget {
  readonly logicalAddress: number
  /** Groups that it belongs to. */
  readonly functionalAddresses?: readonly number[]
  /** Longer requests are refused with messageTooLarge. */
  readonly maxRequestLength?: number
  /** Called before a physical request is acknowledged: the DIAGNOSTIC_NACK to refuse it with, or undefined. */
  refuse?(request: DiagnosticRequest): number | undefined
  /**
   * Takes an acknowledged request. Each call of `respond`, now or later, sends one answer; without effect once the
   * tester is gone. Must not throw.
   */
  receive(request: DiagnosticRequest, respond: (answer: Uint8Array) => void): void
}
