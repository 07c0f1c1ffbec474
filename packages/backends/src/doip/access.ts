import type { AccessDescription, EcuDescription } from '@opensovd/ecu'
import { type EcuState, SESSION } from '@opensovd/uds'
import type { Unmet } from './refusal.ts'

/** The session that every ECU has and no description names. */
export const DEFAULT_SESSION = 'default'

/** The id of a session by its number; one that is not described is called by its number. */
export function sessionName({ sessions }: Pick<EcuDescription, 'sessions'>, session: number): string {
  if (session === SESSION.DEFAULT) return DEFAULT_SESSION
  return sessions.find((each) => each.session === session)?.id ?? `0x${session.toString(16).padStart(2, '0')}`
}

/** The number of a session by its id; undefined for one that is not described. */
export function sessionNumber({ sessions }: Pick<EcuDescription, 'sessions'>, id: string): number | undefined {
  if (id === DEFAULT_SESSION) return SESSION.DEFAULT
  return sessions.find((each) => each.id === id)?.session
}

/** What a described request needs and the ECU, as far as we know, is not in. */
export function unmetAccess(
  ecu: EcuDescription,
  access: AccessDescription | undefined,
  state: EcuState,
): Unmet | undefined {
  const session = sessionName(ecu, state.session)
  if (access?.sessions && !access.sessions.includes(session)) {
    return { code: 'conflict', text: `it needs the session ${access.sessions.join(' or ')}, and is in ${session}` }
  }
  if (access?.authenticated && !state.authenticated) {
    return { code: 'forbidden', text: 'it needs the tester to authenticate first' }
  }
  const unlocked = ecu.security.levels.find(({ level }) => level === state.securityLevel)?.id
  if (access?.security && !(unlocked && access.security.includes(unlocked))) {
    const now = unlocked === undefined ? 'is locked' : `has ${unlocked} unlocked`
    return { code: 'forbidden', text: `it needs the security level ${access.security.join(' or ')}, and ${now}` }
  }
  return undefined
}
