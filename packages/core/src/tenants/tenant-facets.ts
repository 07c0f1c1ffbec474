import { pick } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { replacing } from '../catalog/replacing.ts'
import type { Entity, FacetName, Facets } from '../entities/entity.ts'
import type { BulkDataFacet } from '../facets/bulk-data.ts'
import type { UdsFacet } from '../facets/uds.ts'

/** What sources do the same way for everybody. Whatever else an entity has is not there for who is kept apart. */
const SHARED = [
  'data',
  'faults',
  'operations',
  'modes',
  'configurations',
  'logs',
  'lifecycle',
  'clearData',
  'locks',
] as const satisfies readonly FacetName[]

/**
 * An entity as tenants see it that are kept apart: without what its source would let one of them do to another or know
 * of it. Files that the source keeps can be read and not changed; by whom its session was begun stays unsaid; what is
 * said on its lines as well. Scripts and recordings that the source keeps give way to those of the tenant.
 */
export function withoutOthers(entity: Entity): Entity {
  const { bulkData, uds } = entity.facets
  const facets: Facets = {
    ...pick(entity.facets, SHARED),
    ...(bulkData ? { bulkData: readOnly(bulkData) } : {}),
    ...(uds ? { uds: withoutOwner(uds) } : {}),
  }
  return { ...entity, facets }
}

function readOnly(files: BulkDataFacet): BulkDataFacet {
  return replacing(files, {
    ...(files.upload ? { upload: refuse } : {}),
    ...(files.delete ? { delete: refuse } : {}),
  })
}

async function refuse(): Promise<never> {
  throw new SovdError(
    'forbidden',
    'these files are not of one tenant: who is kept apart from others cannot change them',
  )
}

function withoutOwner(uds: UdsFacet): UdsFacet {
  return replacing(uds, {
    keptSession: () => {
      const { owner: _, ...session } = uds.keptSession() ?? {}
      return 'session' in session ? session : undefined
    },
  })
}
