import type { ClearableData, ClearDataFacet } from '@opensovd/core'

/** What an ECU can forget, each with what that does. */
export function clearDataFacet(forget: Readonly<Record<ClearableData, () => void>>): ClearDataFacet {
  return {
    types: ['cached-data', 'learned-data'],
    clear: async (type) => forget[type](),
  }
}
