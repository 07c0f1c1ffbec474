import type { Facets } from '@opensovd/core'
import type { EcuLink } from './ecu-link.ts'
import { dataFacet } from './facets/data.ts'
import { DidReader } from './read-dids.ts'

/** What an ECU can do, by its description. */
export function ecuFacets(link: EcuLink): Facets {
  const reader = new DidReader(link)
  const { data } = link.ecu
  return {
    ...(data.some(({ coding }) => !coding) && { data: dataFacet(link, reader) }),
    logs: link.exchanges,
  }
}
