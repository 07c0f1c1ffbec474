import type { Entity } from '../entities/entity.ts'
import type { DataFacet, DataItem } from '../facets/data.ts'
import { type Fault, type FaultFacet, faultListOf } from '../facets/faults.ts'
import type { Disagreements } from './disagreements.ts'
import type { DataCatalog, DataMeaning, EntityMeaning, FaultMeaning } from './mapping.ts'
import { replacing } from './replacing.ts'
import { ONE_TO_ONE, ratioOf } from './units.ts'
import type { VssSignal } from './vss.ts'

/** An entity whose data items and faults say what the catalog knows of them. */
export function withCatalog(entity: Entity, catalog: DataCatalog, disagreements: Disagreements): Entity {
  const meaning = catalog.entities.get(entity.kind)?.get(entity.id)
  if (!meaning) return entity
  const { data, faults } = entity.facets
  const meant = (item: DataItem) => meantItem(entity, item, meaning.data.get(item.id), disagreements)
  const meantFacets = {
    ...(data ? { data: meantData(data, meant) } : {}),
    ...(faults ? { faults: meantFaults(faults, meaning.faults) } : {}),
  }
  return { ...entity, facets: { ...entity.facets, ...meantFacets } }
}

function meantData(own: DataFacet, meant: (item: DataItem) => DataItem): DataFacet {
  return replacing(own, { list: async (context) => (await own.list(context)).map(meant) })
}

/** What was mapped goes before what the source says, and that before what VSS says of the signal. */
function meantItem(
  entity: Entity,
  item: DataItem,
  meaning: DataMeaning | undefined,
  disagreements: Disagreements,
): DataItem {
  const { signal, ...mapped } = meaning ?? {}
  if (!signal) return meaning ? { ...item, ...mapped } : item
  const { description, unit: signalUnit } = signal
  const unit = mapped.unit ?? item.unit ?? signalUnit
  const normalRange = mapped.normalRange ?? item.normalRange ?? rangeIn(unit, signal)
  disagreements.judgeType(entity, item, signal)
  if (!normalRange && hasRange(signal)) disagreements.tellOfRange(entity, item, signal, unit)
  return {
    ...(description === undefined ? {} : { description }),
    ...(signalUnit === undefined ? {} : { unit: signalUnit }),
    ...item,
    ...mapped,
    ...(normalRange ? { normalRange } : {}),
  }
}

function hasRange({ min, max }: VssSignal): boolean {
  return min !== undefined || max !== undefined
}

/** The range of a signal, which is in the unit of the signal, in another; none if there is no telling. */
function rangeIn(unit: string | undefined, signal: VssSignal): DataItem['normalRange'] {
  const { min, max, unit: signalUnit } = signal
  const ratio = unit === signalUnit ? ONE_TO_ONE : ratioOf(signalUnit, unit)
  if (!ratio || !hasRange(signal)) return undefined
  const converted = (bound: number) => (bound * ratio.of) / ratio.per
  const range = {
    ...(min === undefined ? {} : { min: converted(min) }),
    ...(max === undefined ? {} : { max: converted(max) }),
  }
  return Object.values(range).every(Number.isFinite) ? range : undefined
}

function meantFaults(own: FaultFacet, meanings: EntityMeaning['faults']): FaultFacet {
  const meant = (fault: Fault): Fault => {
    const meaning: FaultMeaning | undefined = meanings.get(fault.id) ?? meanings.get(fault.code)
    return meaning ? { ...fault, ...meaning } : fault
  }
  const { read } = own
  return replacing(own, {
    list: async (context) => (await own.list(context)).map(meant),
    listPartly: async (context) => {
      const { faults, ...rest } = await faultListOf(own, context)
      return { faults: faults.map(meant), ...rest }
    },
    ...(read && { read: async (id, context) => meant(await read.call(own, id, context)) }),
  })
}
