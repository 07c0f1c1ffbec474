import type { Entity } from '../entities/entity.ts'
import type { DataFacet, DataItem } from '../facets/data.ts'
import { type Fault, type FaultFacet, faultListOf } from '../facets/faults.ts'
import type { DataCatalog, DataMeaning, EntityMeaning, FaultMeaning } from './mapping.ts'
import { replacing } from './replacing.ts'
import { sameUnit } from './vss.ts'

/** An entity whose data items and faults say what the catalog knows of them. */
export function withCatalog(entity: Entity, catalog: DataCatalog): Entity {
  const meaning = catalog.entities.get(entity.kind)?.get(entity.id)
  return meaning ? { ...entity, facets: { ...entity.facets, ...meantFacets(entity, meaning) } } : entity
}

function meantFacets({ facets: { data, faults } }: Entity, meaning: EntityMeaning) {
  return {
    ...(data ? { data: meantData(data, meaning.data) } : {}),
    ...(faults ? { faults: meantFaults(faults, meaning.faults) } : {}),
  }
}

function meantData(own: DataFacet, meanings: EntityMeaning['data']): DataFacet {
  return replacing(own, {
    list: async (context) =>
      (await own.list(context)).map((item) => {
        const meaning = meanings.get(item.id)
        return meaning ? meantItem(item, meaning) : item
      }),
  })
}

/** What was mapped goes before what the source says, and that before what VSS says of the signal. */
function meantItem(item: DataItem, { signal, ...mapped }: DataMeaning): DataItem {
  return {
    ...(signal?.description === undefined ? {} : { description: signal.description }),
    ...(signal?.unit === undefined ? {} : { unit: signal.unit }),
    ...signalRange(item, mapped, signal),
    ...item,
    ...mapped,
  }
}

/** The range of the signal is in the unit of the signal: it says nothing of values in another. */
function signalRange(
  item: DataItem,
  mapped: DataMeaning,
  signal: DataMeaning['signal'],
): Pick<DataItem, 'normalRange'> {
  const { min, max, unit: signalUnit } = signal ?? {}
  const unit = mapped.unit ?? item.unit ?? signalUnit
  const isOfUnit = unit === signalUnit || (unit !== undefined && signalUnit !== undefined && sameUnit(unit, signalUnit))
  if (!isOfUnit || (min === undefined && max === undefined)) return {}
  return { normalRange: { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) } }
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
