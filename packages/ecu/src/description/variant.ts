import { type DecodedValue, decodeValue } from '../encoding/value.ts'
import { dtcNumber } from './dtc-number.ts'
import type { SimulatedEcuDescription } from './schema/description.ts'
import type { EcuDescription, VariantDescription } from './schema/ecu.ts'

/** The ECU as it is in a variant: what the variant has replaces what has the same id, or is added. */
export function inVariant<E extends EcuDescription>(ecu: E, { id, without, ...changed }: VariantDescription): E {
  const isKept = (item: { readonly id: string }) => !without.includes(item.id)
  return {
    ...ecu,
    data: replaceBy(ecu.data.filter(isKept), changed.data, (item) => item.id),
    routines: replaceBy(ecu.routines.filter(isKept), changed.routines, (item) => item.id),
    dtcs: replaceBy(ecu.dtcs, changed.dtcs, ({ dtc }) => dtcNumber(dtc)),
    variants: ecu.variants.filter((variant) => variant.id === id),
  }
}

/** The ECU in the variant that is simulated, if it names one. */
export function inSimulatedVariant(ecu: SimulatedEcuDescription): SimulatedEcuDescription {
  const variant = ecu.variants.find(({ id }) => id === ecu.simulation.variant)
  return variant ? inVariant(ecu, variant) : ecu
}

/** Reads a datum of the ECU by its id, for the identification; undefined when it has no answer. */
export type ReadIdentification = (dataId: string) => Promise<Uint8Array | undefined>

/** The first variant whose identification data have the values that the ECU gives. Each datum is read once. */
export async function identifyVariant(
  ecu: EcuDescription,
  read: ReadIdentification,
): Promise<VariantDescription | undefined> {
  const known = new Map<string, DecodedValue | undefined>()
  for (const variant of ecu.variants) {
    let fits = true
    for (const [id, expected] of Object.entries(variant.matches)) {
      if (!known.has(id)) known.set(id, await readValue(ecu, id, read))
      const decoded = known.get(id)
      fits &&= decoded !== undefined && 'value' in decoded && decoded.value === expected
    }
    if (fits) return variant
  }
  return undefined
}

async function readValue(ecu: EcuDescription, id: string, read: ReadIdentification): Promise<DecodedValue | undefined> {
  const item = ecu.data.find((each) => each.id === id)
  const bytes = await read(id)
  return item && bytes && decodeValue(item.encoding, bytes)
}

function replaceBy<T, K>(base: readonly T[], changes: readonly T[], keyOf: (item: T) => K): T[] {
  const changed = new Map(changes.map((item) => [keyOf(item), item]))
  const kept = base.map((item) => changed.get(keyOf(item)) ?? item)
  const baseKeys = new Set(base.map(keyOf))
  return [...kept, ...changes.filter((item) => !baseKeys.has(keyOf(item)))]
}
