import { type LockTarget, VEHICLE } from '../locks/lock.ts'
import { covers, isPermissionPattern } from './permission.ts'

/** What those who have it may do. */
export interface Role {
  readonly name: string
  /** Permissions and patterns of them, such as `data:read`, `*:read` and `*`. */
  readonly permissions: readonly string[]
  /** Components that it is about; requests about anything else gain nothing from it. Absent: all there is. */
  readonly components?: readonly string[]
}

const READING = [
  'clear:read',
  'communication:read',
  'configurations:read',
  'data:read',
  'discovery:read',
  'faults:read',
  'files:read',
  'locks:read',
  'logs:read',
  'modes:read',
  'observe:read',
  'operations:read',
  'scripts:read',
  'status:read',
  'subscriptions:read',
  'triggers:read',
  'updates:read',
]

/** Roles that are there without being configured. What none of them names is for `admin` only. */
export const BUILT_IN_ROLES: readonly Role[] = [
  { name: 'viewer', permissions: READING },
  {
    name: 'tester',
    permissions: [
      ...READING,
      'clear:write',
      'communication:write',
      'configurations:write',
      'data:write',
      'faults:clear',
      'locks:write',
      'logs:write',
      'modes:write',
      'operations:execute',
      'status:write',
      'subscriptions:write',
      'triggers:write',
      'uds:read',
      'uds:security',
    ],
  },
  { name: 'admin', permissions: ['*'] },
]

/** Rights that reach beyond the component of a request: a role that is about some components never gives them. */
const BEYOND_ONE_COMPONENT: ReadonlySet<string> = new Set(['locks:break'])

/** Who has which rights. */
export interface Grant {
  /** Names of roles; those that do not exist give nothing. */
  readonly roles: readonly string[]
  /** Texts of a token that restrict it. Those that look like permissions count, others are about something else. */
  readonly scopes?: readonly string[]
}

/** The roles that exist, and what they allow. */
export class Roles {
  readonly #byName: ReadonlyMap<string, Role>

  /** @param own beside the built-in ones; one with the name of a built-in one takes its place */
  constructor(own: readonly Role[] = []) {
    this.#byName = new Map([...BUILT_IN_ROLES, ...own].map((role) => [role.name, role]))
  }

  /**
   * What a grant allows in a request.
   * @param target what the request is about; asked for only where it matters
   */
  permits({ roles, scopes = [] }: Grant, target: () => LockTarget): (permission: string) => boolean {
    const restrictions = scopes.filter(isPermissionPattern)
    const held = roles.flatMap((name) => this.#byName.get(name) ?? [])
    return (permission) =>
      held.some((role) => allows(role, permission, target)) &&
      (restrictions.length === 0 || restrictions.some((scope) => covers(scope, permission)))
  }
}

function allows({ permissions, components }: Role, permission: string, target: () => LockTarget): boolean {
  if (!permissions.some((pattern) => covers(pattern, permission))) return false
  if (components === undefined) return true
  if (BEYOND_ONE_COMPONENT.has(permission)) return false
  const about = target()
  return about !== VEHICLE && about.kind === 'component' && components.includes(about.id)
}
