import type { Json } from '@opensovd/base'
import type { EntityKind } from '../entities/entity.ts'
import { type CatalogProblem, joined, Reading } from './reading.ts'
import type { VssSignal, VssTree } from './vss.ts'

/** What the catalog knows of a data item; what is absent it does not know. */
export interface DataMeaning {
  readonly signal?: VssSignal
  readonly semanticRef?: string
  readonly unit?: string
  readonly normalRange?: { readonly min?: number; readonly max?: number }
  /** Seconds between two sensible readings. */
  readonly samplingHint?: number
  readonly classificationTags?: readonly string[]
}

export interface FaultMeaning {
  readonly affectedSubsystem?: string
  readonly correlatedSignals?: readonly string[]
  readonly classificationTags?: readonly string[]
}

export interface EntityMeaning {
  readonly data: ReadonlyMap<string, DataMeaning>
  /** By id or code. */
  readonly faults: ReadonlyMap<string, FaultMeaning>
}

/** The data catalog: what the items and faults of entities mean. */
export interface DataCatalog {
  /** Of the contract between those who map and those who read. */
  readonly schemaVersion: string
  readonly ontologyRef: string
  readonly entities: ReadonlyMap<EntityKind, ReadonlyMap<string, EntityMeaning>>
}

/** The members of a mapping, by the kinds of entities that have data and faults. */
const KINDS = {
  components: 'component',
  apps: 'app',
  functions: 'function',
  areas: 'area',
} as const satisfies Readonly<Record<string, EntityKind>>

const ONTOLOGY = 'COVESA VSS'
const DEFAULT_VERSION = '1.0.0'

/** A catalog that knows nothing. */
export const EMPTY_CATALOG: DataCatalog = {
  schemaVersion: DEFAULT_VERSION,
  ontologyRef: ONTOLOGY,
  entities: new Map(),
}

/** Reads which item of which entity is which signal. Without a tree, it may name no signals. */
export function readMapping(
  json: Json,
  tree: VssTree | undefined,
): { readonly catalog: DataCatalog; readonly problems: readonly CatalogProblem[] } {
  const reading = new Reading()
  const mapping = reading.object('', json)
  reading.only('', mapping, ['schemaVersion', ...Object.keys(KINDS)])
  const reader = new MeaningReader(reading, tree)
  const entities = new Map<EntityKind, ReadonlyMap<string, EntityMeaning>>()
  for (const [name, kind] of Object.entries(KINDS)) {
    const ofKind = reading.object(name, mapping[name])
    const meanings = Object.entries(ofKind).map(([id, each]) => [id, reader.entity(joined(name, id), each)] as const)
    entities.set(kind, new Map(meanings))
  }
  const catalog = {
    schemaVersion: reading.text('schemaVersion', mapping.schemaVersion) ?? DEFAULT_VERSION,
    ontologyRef: tree?.version === undefined ? ONTOLOGY : `${ONTOLOGY} ${tree.version}`,
    entities,
  }
  return { catalog, problems: reading.problems }
}

class MeaningReader {
  readonly #reading: Reading
  readonly #tree: VssTree | undefined

  constructor(reading: Reading, tree: VssTree | undefined) {
    this.#reading = reading
    this.#tree = tree
  }

  entity(path: string, json: Json | undefined): EntityMeaning {
    const reading = this.#reading
    const entity = reading.object(path, json)
    reading.only(path, entity, ['data', 'faults'])
    const inside = <T>(name: 'data' | 'faults', read: (at: string, each: Json | undefined) => T) => {
      const at = joined(path, name)
      return new Map(
        Object.entries(reading.object(at, entity[name])).map(([id, each]) => [id, read(joined(at, id), each)]),
      )
    }
    return {
      data: inside('data', (at, each) => this.#data(at, each)),
      faults: inside('faults', (at, each) => this.#fault(at, each)),
    }
  }

  #data(path: string, json: Json | undefined): DataMeaning {
    if (typeof json === 'string') return this.#signal(path, json)
    const reading = this.#reading
    const at = (name: string) => joined(path, name)
    const item = reading.object(path, json)
    reading.only(path, item, ['vss', 'semanticRef', 'unit', 'normalRange', 'samplingHint', 'classificationTags'])
    const vss = reading.text(at('vss'), item.vss)
    const semanticRef = reading.text(at('semanticRef'), item.semanticRef)
    if (vss !== undefined && semanticRef !== undefined) reading.problem(at('semanticRef'), 'vss says that already')
    const unit = reading.text(at('unit'), item.unit)
    const samplingHint = reading.number(at('samplingHint'), item.samplingHint)
    if (samplingHint !== undefined && samplingHint <= 0) reading.problem(at('samplingHint'), 'expected seconds above 0')
    const classificationTags = reading.texts(at('classificationTags'), item.classificationTags)
    return {
      ...(vss === undefined ? {} : this.#signal(at('vss'), vss)),
      ...(semanticRef === undefined ? {} : { semanticRef }),
      ...(unit === undefined ? {} : { unit }),
      ...this.#range(at('normalRange'), item.normalRange),
      ...(samplingHint === undefined ? {} : { samplingHint }),
      ...(classificationTags === undefined ? {} : { classificationTags }),
    }
  }

  #range(path: string, json: Json | undefined): Pick<DataMeaning, 'normalRange'> {
    if (json === undefined) return {}
    const reading = this.#reading
    const range = reading.object(path, json)
    reading.only(path, range, ['min', 'max'])
    const min = reading.number(joined(path, 'min'), range.min)
    const max = reading.number(joined(path, 'max'), range.max)
    if (min !== undefined && max !== undefined && min > max) reading.problem(path, `min, ${min}, is above max, ${max}`)
    return { normalRange: { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) } }
  }

  #signal(path: string, name: string): DataMeaning {
    const signal = this.#tree?.signals.get(name)
    if (signal) return { signal, semanticRef: name }
    if (!this.#tree) this.#reading.problem(path, `there is no tree of VSS that ${name} could be in`)
    else if (this.#tree.branches.has(name)) this.#reading.problem(path, `${name} is a branch and no signal`)
    else this.#reading.problem(path, `there is no signal ${name} in the tree of VSS`)
    return {}
  }

  #fault(path: string, json: Json | undefined): FaultMeaning {
    const reading = this.#reading
    const fault = reading.object(path, json)
    reading.only(path, fault, ['affectedSubsystem', 'correlatedSignals', 'classificationTags'])
    const affectedSubsystem = reading.text(joined(path, 'affectedSubsystem'), fault.affectedSubsystem)
    const correlatedSignals = reading.texts(joined(path, 'correlatedSignals'), fault.correlatedSignals)
    const classificationTags = reading.texts(joined(path, 'classificationTags'), fault.classificationTags)
    return {
      ...(affectedSubsystem === undefined ? {} : { affectedSubsystem }),
      ...(correlatedSignals === undefined ? {} : { correlatedSignals }),
      ...(classificationTags === undefined ? {} : { classificationTags }),
    }
  }
}
