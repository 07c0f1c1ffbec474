import { hash, randomUUID } from 'node:crypto'
import { type Entity, type Facets, MemoryBackend, type Tenant, type TenantOptions } from '@opensovd/core'
import { memoryFacets, SAMPLE_COMPONENT } from '@opensovd/core/testing'
import { ISO_API, NATIVE_API } from '@opensovd/sovd'
import { bearer, openGuarded, signed } from '../../auth/testing/tokens.ts'
import type { Fixture } from '../../testing/fixture.ts'
import { memoryFiles, memoryScripts, ONE_UPDATE } from './kept-things.ts'

/** Two of each isolation, and one that is not kept apart. */
export const TENANTS: readonly Tenant[] = [
  { id: 'ann', isolation: 'namespace' },
  { id: 'bob', isolation: 'namespace' },
  { id: 'battery', isolation: 'strict', components: new Set(['xbat']) },
  { id: 'comfort', isolation: 'strict', components: new Set(['climate']) },
  { id: 'all', isolation: 'none' },
]

/** May do everything but what is about other tenants. */
const EVERYTHING = 'everything'

/** Components `xbat` and `climate`, with something of every kind that is made of either or of both. */
export function openSharedVehicle(): Promise<Fixture> {
  const permissions = [...Object.values(NATIVE_API), ...Object.values(ISO_API)].map(({ permission }) => permission)
  const roles = [{ name: EVERYTHING, permissions: [...new Set([...permissions, 'locks:break'])] }]
  return openGuarded(
    { roles, tenantClaim: 'tenant_id' },
    {
      backends: [new MemoryBackend('memory', entities())],
      domain: {
        createId: randomUUID,
        audit: { sha256: (text) => hash('sha256', text, 'hex') },
        proximity: { verify: (challenge, response) => response === `signed ${challenge}` },
        updates: ONE_UPDATE,
        bulkData: memoryFiles(),
        scripts: memoryScripts(),
        tenants: TENANTS.map(withStores),
      },
    },
  )
}

function withStores(tenant: Tenant): TenantOptions {
  return { tenant, bulkData: memoryFiles(), scripts: memoryScripts() }
}

/** The headers of a client of a tenant. */
export async function tester(tenantId: string, name = 'tester'): Promise<Record<string, string>> {
  return bearer(await signed({ sub: name, roles: [EVERYTHING], tenant_id: tenantId }))
}

function entities(): readonly Entity[] {
  const at = { connectionState: 'connected', facets: {} } as const
  const parts = ['xbat', 'climate'].map((id): Entity => ({ ...at, kind: 'component', id, name: id, facets: facets() }))
  const wholes = (['group', 'area'] as const).flatMap((kind): Entity[] => [
    { ...at, kind, id: 'xpower', name: 'Power', members: ['xbat'] },
    { ...at, kind, id: 'body', name: 'Body', members: ['climate', 'xbat'] },
  ])
  const actors = (['function', 'app'] as const).flatMap((kind): Entity[] => [
    { ...at, kind, id: 'xcharge', name: 'Charging', members: ['xbat'], facets: facets() },
    { ...at, kind, id: 'xcool', name: 'Cooling', members: ['climate', 'xbat'], facets: facets() },
    { ...at, kind, id: 'heating', name: 'Heating', members: ['climate'], facets: facets() },
  ])
  return [...parts, ...wholes, ...actors]
}

function facets(): Facets {
  const { operations, ...others } = memoryFacets(SAMPLE_COMPONENT)
  return { ...others, operations }
}
