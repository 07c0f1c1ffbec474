import type { Logger } from '@opensovd/base'
import type { Entity } from '../entities/entity.ts'
import type { DataItem, DataType } from '../facets/data.ts'
import type { VssSignal } from './vss.ts'

/** Tells, once for each item, where a source and VSS cannot both be right about data that were mapped. */
export class Disagreements {
  readonly #log: Logger
  /** No more than a mapping has items. */
  readonly #ofType = new Set<string>()
  readonly #ofRange = new Set<string>()

  constructor(log: Logger) {
    this.#log = log
  }

  /** Complains of an item whose values can be none of its signal. */
  judgeType(entity: Entity, item: DataItem, signal: VssSignal): void {
    if (canHold(item.dataType, signal.datatype) || isKnown(this.#ofType, entity, item)) return
    this.#log.warn('a data item is mapped to a signal whose values it cannot have', {
      ...placeOf(entity, item, signal),
      dataType: item.dataType,
      signalDatatype: signal.datatype,
    })
  }

  /** Says that an item goes without the range of its signal. */
  tellOfRange(entity: Entity, item: DataItem, signal: VssSignal, unit: string | undefined): void {
    if (isKnown(this.#ofRange, entity, item)) return
    this.#log.warn('the range of a signal is left out: its unit cannot be made into that of the data item', {
      ...placeOf(entity, item, signal),
      unit: unit ?? 'none',
      signalUnit: signal.unit ?? 'none',
    })
  }
}

function isKnown(told: Set<string>, { kind, id }: Entity, item: DataItem): boolean {
  const key = JSON.stringify([kind, id, item.id])
  if (told.has(key)) return true
  told.add(key)
  return false
}

function placeOf({ kind, id }: Entity, item: DataItem, { path }: VssSignal) {
  return { [kind]: id, item: item.id, signal: path }
}

const NUMBERS: readonly DataType[] = ['integer', 'float']

/** What may be behind a data type of VSS. A `struct` may be anything: that is what items are whose type is not known. */
const HOLDERS: readonly { readonly datatype: RegExp; readonly holders: readonly DataType[] }[] = [
  { datatype: /^string/, holders: ['string', 'enum', 'bytes'] },
  { datatype: /^boolean/, holders: ['boolean', 'enum', 'integer'] },
  { datatype: /^u?int\d/, holders: [...NUMBERS, 'enum'] },
  { datatype: /^(float|double)/, holders: NUMBERS },
]

/** Whether there are values of a data type of VSS that an item can have; when in doubt, there are. */
function canHold(dataType: DataType, datatype: string): boolean {
  if (dataType === 'struct') return true
  const isArray = datatype.endsWith(']')
  if (isArray && (dataType === 'bytes' || dataType === 'string')) return true
  const row = HOLDERS.find((each) => each.datatype.test(datatype))
  // A path names a structure.
  const holders = row?.holders ?? ['bytes', 'string']
  return holders.includes(dataType)
}
