import { type KeyProvider, RESET, type SecurityLevel, type ServiceHandlers, securityAccessHandler } from '@opensovd/uds'
import type { SecurityLevelDescription } from '../../description/schema/ecu.ts'
import type { EcuParts } from '../ecu-parts.ts'

export type ResetKind = 'hard' | 'keyOffOn' | 'soft'
const RESET_TYPES = { hard: RESET.HARD, keyOffOn: RESET.KEY_OFF_ON, soft: RESET.SOFT } as const

/** ECUReset: `restart` is called once the answer is out. */
export function resetService({ ecu, resolve }: EcuParts, restart: (kind: ResetKind) => void): ServiceHandlers {
  const { reset } = ecu.services
  if (!reset) return {}
  const kinds = new Map<number, ResetKind>(reset.types.map((kind) => [RESET_TYPES[kind], kind]))
  return {
    ecuReset: {
      ...resolve(reset),
      subFunctions: Object.fromEntries(Array.from(kinds.keys(), (type) => [type, {}])),
      handle: ({ resetType }, context) => {
        context.afterAnswer(() => restart(kinds.get(resetType) ?? 'hard'))
        return { resetType }
      },
    },
  }
}

/** CommunicationControl: there are no other messages to stop, so only the setting is kept. */
export function communicationService({ ecu, resolve }: EcuParts, set: (controlType: number) => void): ServiceHandlers {
  const { communicationControl } = ecu.services
  if (!communicationControl) return {}
  return {
    communicationControl: {
      ...resolve(communicationControl),
      subFunctions: { 0: {}, 1: {}, 2: {}, 3: {} },
      handle: ({ controlType }) => {
        set(controlType)
        return { controlType }
      },
    },
  }
}

/** SecurityAccess with the keys of the description. */
export function securityService(
  { ecu, clock, resolve }: EcuParts,
  keysOf: (level: SecurityLevelDescription) => KeyProvider,
): ServiceHandlers {
  const { levels, maxAttempts, delayMs } = ecu.security
  if (levels.length === 0) return {}
  const rows = levels.map((described): SecurityLevel => {
    const keys = keysOf(described)
    const { level, seedLength } = described
    return {
      ...resolve(described),
      level,
      seed: () => Uint8Array.from({ length: seedLength }, () => 1 + Math.floor(clock.random() * 255)),
      accepts: async (seed, key) => sameBytes(key, await keys.key({ ecu: ecu.address, level, seed })),
    }
  })
  return { securityAccess: securityAccessHandler(clock, rows, { maxAttempts, delayMs }) }
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}
