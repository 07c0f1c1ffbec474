import type { LifecycleFacet } from '@opensovd/core'
import type { EcuDescription } from '@opensovd/ecu'
import { SovdError } from '@opensovd/sovd'
import { RESET } from '@opensovd/uds'
import type { EcuLink } from '../ecu-link.ts'

type Reset = NonNullable<EcuDescription['services']['reset']>
type ResetKind = Reset['types'][number]

export const RESET_TYPES: Readonly<Record<ResetKind, number>> = {
  hard: RESET.HARD,
  keyOffOn: RESET.KEY_OFF_ON,
  soft: RESET.SOFT,
}

/** What a restart is, of the resets that an ECU has: a soft one lets it end in order, a hard one does not. */
const GRACEFUL: readonly ResetKind[] = ['soft', 'keyOffOn', 'hard']
const FORCED: readonly ResetKind[] = ['hard', 'keyOffOn']

export interface Presences {
  /** Whether the ECU answers. */
  readonly isThere: () => boolean
  /** It is about to be away: it is looked at anew. */
  readonly restarting: () => void
}

/** ECUReset as the life cycle of an ECU. */
export function lifecycleFacet(link: EcuLink, reset: Reset, presence: Presences): LifecycleFacet {
  const kindOf = (order: readonly ResetKind[]) => order.find((kind) => reset.types.includes(kind))
  const kinds = { restart: kindOf(GRACEFUL), 'force-restart': kindOf(FORCED) }
  const requests = (['restart', 'force-restart'] as const).filter((request) => kinds[request] !== undefined)
  return {
    requests,
    status: async () => (presence.isThere() ? 'ready' : 'notReady'),
    request: async (request, _parameters, context) => {
      const kind = request === 'restart' || request === 'force-restart' ? kinds[request] : undefined
      if (kind === undefined) throw new SovdError('not-implemented', `'${link.id}' cannot do a ${request}`)
      await link.request('ecuReset', { resetType: RESET_TYPES[kind] }, context, { access: reset, guarded: 'reset' })
      presence.restarting()
    },
  }
}
