/**
 * How far a tenant is kept apart from others. `none`: not at all. `namespace`: what its clients make is theirs alone.
 * `strict`: so is the vehicle, as far as it is made of the tenant's components.
 */
export const ISOLATIONS = ['none', 'namespace', 'strict'] as const

export type Isolation = (typeof ISOLATIONS)[number]

/** One of those who share the vehicle. */
export interface Tenant {
  readonly id: string
  readonly name?: string
  readonly isolation: Isolation
  /** The components that there are for a `strict` one; absent: all. */
  readonly components?: ReadonlySet<string>
}

/** Whether a component is there for a tenant. */
export function hasComponent({ components }: Tenant, id: string): boolean {
  return components === undefined || components.has(id)
}
