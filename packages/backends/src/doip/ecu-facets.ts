import type { Scope } from '@opensovd/base'
import type { Facets } from '@opensovd/core'
import type { CommandKeys } from '@opensovd/ecu'
import type { CommunicationState } from './communication.ts'
import type { EcuLink } from './ecu-link.ts'
import { configurationFacet } from './facets/configurations.ts'
import { dataFacet } from './facets/data.ts'
import { faultFacet } from './facets/faults.ts'
import { ioKinds } from './facets/io-controls.ts'
import { lifecycleFacet, type Presences } from './facets/lifecycle.ts'
import { modeFacet } from './facets/modes.ts'
import { operationFacet } from './facets/operations.ts'
import { routineKinds } from './facets/routines.ts'
import { udsFacet } from './facets/uds.ts'
import { flashKind } from './flash/flash-run.ts'
import { DidReader } from './read-dids.ts'

export interface EcuFacetParts extends Presences {
  readonly link: EcuLink
  /** All ECUs behind the same entity. */
  readonly neighbours: () => readonly EcuLink[]
  readonly communication: CommunicationState
  readonly commandKeys: CommandKeys | undefined
  /** Of what goes on in the background. */
  readonly scope: Scope
  readonly hold: (isHeld: boolean, signal: AbortSignal) => Promise<void>
}

/** What an ECU can do, by its description. */
export function ecuFacets(parts: EcuFacetParts): Facets {
  const { link } = parts
  const { data, dtcs, flash, services } = link.ecu
  const reader = new DidReader(link)
  const kinds = [...routineKinds(link), ...ioKinds(link), ...(flash ? [flashKind(parts)] : [])]
  return {
    ...(data.some(({ coding }) => !coding) && { data: dataFacet(link, reader) }),
    ...(data.some(({ coding }) => coding) && { configurations: configurationFacet(link, reader) }),
    ...((dtcs.length > 0 || services.clearDtcs) && { faults: faultFacet(link) }),
    ...(kinds.length > 0 && { operations: operationFacet(kinds) }),
    modes: modeFacet(parts),
    logs: link.exchanges,
    communication: link.exchanges,
    ...(services.reset && { lifecycle: lifecycleFacet(link, services.reset, parts) }),
    uds: udsFacet(parts),
  }
}
