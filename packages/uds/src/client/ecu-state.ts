import { ByteReader } from '@opensovd/base/bytes'
import { AUTHENTICATION, AUTHENTICATION_RETURN } from '../codec/authentication.ts'
import { SESSION, type SessionTiming } from '../codec/management.ts'
import { SUPPRESS_POSITIVE_RESPONSE } from '../codec/message.ts'
import { SERVICES } from '../codec/services.ts'

/** What a tester knows of an ECU from the answers it got; a lost connection puts it back to the default session. */
export interface EcuState {
  readonly session: number
  /** The level (its odd number) that is unlocked. */
  readonly securityLevel: number | undefined
  /** Whether the Authentication service has accepted this tester. */
  readonly authenticated: boolean
  /** What the ECU promised in this session. */
  readonly timing: SessionTiming | undefined
}

export const DEFAULT_STATE: EcuState = {
  session: SESSION.DEFAULT,
  securityLevel: undefined,
  authenticated: false,
  timing: undefined,
}

/** Return values of the Authentication service that end it. */
const ACCEPTED: ReadonlySet<number> = new Set([AUTHENTICATION_RETURN.OWNERSHIP_VERIFIED_COMPLETE])

/**
 * The state after an ECU accepted `request`, with `answer` where it was not suppressed. A change of session locks
 * the ECU again, a reset ends the session, the default session the authentication (ISO 14229-1 9.2, 9.3, 10.6).
 */
export function stateAfter(state: EcuState, request: Uint8Array, answer: Uint8Array | undefined): EcuState {
  const subFunction = (request[1] ?? 0) & ~SUPPRESS_POSITIVE_RESPONSE
  switch (request[0]) {
    case SERVICES.diagnosticSessionControl.sid:
      return {
        session: subFunction,
        securityLevel: undefined,
        authenticated: state.authenticated && subFunction !== SESSION.DEFAULT,
        timing: answer && timingIn(answer),
      }
    case SERVICES.ecuReset.sid:
      return DEFAULT_STATE
    case SERVICES.securityAccess.sid: {
      const isKey = subFunction % 2 === 0
      const isUnlocked =
        isKey || (answer !== undefined && answer.length > 2 && answer.subarray(2).every((byte) => byte === 0))
      return isUnlocked ? { ...state, securityLevel: isKey ? subFunction - 1 : subFunction } : state
    }
    case SERVICES.authentication.sid:
      if (subFunction === AUTHENTICATION.DE_AUTHENTICATE) return { ...state, authenticated: false }
      return answer && ACCEPTED.has(answer[2] ?? 0) ? { ...state, authenticated: true } : state
    default:
      return state
  }
}

function timingIn(answer: Uint8Array): SessionTiming | undefined {
  if (answer.length !== 6) return undefined
  return SERVICES.diagnosticSessionControl.response.read(new ByteReader(answer.subarray(1), 'session')).timing
}
