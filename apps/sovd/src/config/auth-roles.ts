import { BUILT_IN_ROLES, covers, isPermissionPattern, type Role } from '@opensovd/core'
import { ENTITY_ID, ISO_API, NATIVE_API, type Route } from '@opensovd/sovd'
import type { Findings } from './findings.ts'
import type { AuthSettings } from './settings/auth.ts'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

const rows: readonly Route[] = [...Object.values(NATIVE_API), ...Object.values(ISO_API)]
const permissions = new Set<string>([...rows.map(({ permission }) => permission), 'locks:break'])

export interface JudgedRoles {
  readonly roles: readonly Role[]
  /** Those of all roles there are. */
  readonly names: ReadonlySet<string>
}

export function readRoles(settings: AuthSettings['roles'], findings: Findings): JudgedRoles {
  const own = new Set<string>()
  for (const [index, { name, permissions: patterns, components }] of settings.entries()) {
    const path = `auth.roles[${index}]`
    if (!NAME.test(name)) findings.problem(`${path}.name`, `expected a name such as battery-team, got "${name}"`)
    if (own.has(name)) findings.problem(`${path}.name`, `there is a role ${name} already`)
    own.add(name)
    if (patterns.length === 0) findings.problem(`${path}.permissions`, 'must name at least one')
    for (const [at, pattern] of patterns.entries()) checkPattern(`${path}.permissions[${at}]`, pattern, findings)
    if (components?.length === 0) findings.problem(`${path}.components`, 'must name at least one, or be left out')
    for (const [at, id] of (components ?? []).entries()) {
      if (!ENTITY_ID.test(id)) findings.problem(`${path}.components[${at}]`, `"${id}" is no identifier of a component`)
    }
  }
  return { roles: settings, names: new Set([...BUILT_IN_ROLES.map(({ name }) => name), ...own]) }
}

/** A right that does not exist is one that somebody thinks to have given. */
function checkPattern(path: string, pattern: string, findings: Findings): void {
  if (!isPermissionPattern(pattern)) {
    findings.problem(path, `expected data:read, data:*, *:read or *, got "${pattern}"`)
  } else if (![...permissions].some((permission) => covers(pattern, permission))) {
    findings.problem(path, `there is no such permission as ${pattern}`)
  }
}

/** Reports roles that do not exist. */
export function checkRoles(
  path: string,
  roles: readonly string[],
  names: ReadonlySet<string>,
  findings: Findings,
): void {
  for (const [index, role] of roles.entries()) {
    if (names.has(role)) continue
    const problem = `there is no role "${role}", only ${[...names].join(', ')}`
    findings.problem(`${path}[${index}]`, problem, { involved: ['auth.roles'] })
  }
}
