import type { Tenant } from './tenants/tenant.ts'

/** Who asks for something. */
export interface Caller {
  /** The name of who asks; absent when nobody gave one. Locks belong to it. */
  readonly subject?: string
  /** What the caller may do, such as `locks:break`. Absent where callers are not authenticated: then all may do all. */
  readonly permits?: (permission: string) => boolean
  /** On whose behalf; absent where the vehicle is not shared. */
  readonly tenant?: Tenant
}

/** A caller who can own a lock. */
export interface NamedCaller extends Caller {
  readonly subject: string
}

/** The tenant whose things a caller makes and sees; nothing for those who are not kept apart: these share theirs. */
export function spaceOf({ tenant }: Caller): string | undefined {
  return tenant === undefined || tenant.isolation === 'none' ? undefined : tenant.id
}
