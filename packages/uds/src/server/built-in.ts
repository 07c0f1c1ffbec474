import { SESSION, type SessionTiming } from '../codec/management.ts'
import type { ServiceHandler } from './handlers.ts'

/** DiagnosticSessionControl: enters one of `sessions`, which may have conditions of their own. */
export function sessionControlHandler(
  sessions: Readonly<Record<number, { readonly timing?: SessionTiming }>>,
  timing: SessionTiming,
): ServiceHandler<'diagnosticSessionControl'> {
  return {
    subFunctions: { [SESSION.DEFAULT]: {}, ...sessions },
    handle: ({ session }, { state }) => {
      state.enterSession(session)
      return { session, timing: sessions[session]?.timing ?? timing }
    },
  }
}

/** TesterPresent: being called is all it is for. */
export const testerPresentHandler: ServiceHandler<'testerPresent'> = {
  subFunctions: { 0: {} },
  handle: () => ({ zeroSubFunction: 0 }),
}
