import { type Access, NRC, SESSION, type ServerStateSnapshot, ServiceRefusal } from '@opensovd/uds'
import { DEFAULT_SESSION } from '../description/check-ecu.ts'
import type { EcuDescription } from '../description/schema/ecu.ts'
import type { AccessDescription } from '../description/schema/parts.ts'

/** Turns what a description says of access, by ids, into the numbers of UDS. */
export type AccessOf = (access: AccessDescription | undefined) => Access

export function accessOf(ecu: EcuDescription): AccessOf {
  const sessions = new Map([[DEFAULT_SESSION, SESSION.DEFAULT as number]])
  for (const { id, session } of ecu.sessions) sessions.set(id, session)
  const levels = new Map(ecu.security.levels.map(({ id, level }) => [id, level]))
  return (access = {}) => ({
    ...(access.sessions && { sessions: access.sessions.flatMap((id) => sessions.get(id) ?? []) }),
    ...(access.security && { securityLevels: access.security.flatMap((id) => levels.get(id) ?? []) }),
    ...(access.authenticated && { authenticated: true }),
  })
}

/**
 * Refuses what needs another state: an identifier that the session does not have is out of range (ISO 14229-1).
 * @throws ServiceRefusal
 */
export function requireAccess({ sessions, securityLevels, authenticated }: Access, state: ServerStateSnapshot): void {
  if (sessions && !sessions.includes(state.session)) throw new ServiceRefusal(NRC.requestOutOfRange)
  if (authenticated && !state.authenticated) throw new ServiceRefusal(NRC.authenticationRequired)
  const isUnlocked = state.securityLevel !== undefined && securityLevels?.includes(state.securityLevel)
  if (securityLevels && !isUnlocked) throw new ServiceRefusal(NRC.securityAccessDenied)
}
