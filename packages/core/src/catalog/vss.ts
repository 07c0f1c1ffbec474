import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import { type CatalogProblem, joined, numberOf, Reading, shown } from './reading.ts'
import { nearestUnit, unitNamed } from './unit-names.ts'
import { VSS_UNITS, type VssUnits } from './units.ts'

/** A leaf of the tree of the COVESA Vehicle Signal Specification. */
export interface VssSignal {
  /** Names from the root on, with dots. */
  readonly path: string
  readonly type: VssLeafType
  readonly datatype: string
  readonly unit?: string
  readonly min?: number
  readonly max?: number
  readonly description?: string
}

export interface VssTree {
  readonly signals: ReadonlyMap<string, VssSignal>
  readonly branches: ReadonlySet<string>
  /** The release it is of, where the tree says so: `5.0.0`. */
  readonly version?: string
}

const LEAF_TYPES = ['sensor', 'actuator', 'attribute'] as const
type VssLeafType = (typeof LEAF_TYPES)[number]

const PLAIN_TYPES = 'string|boolean|u?int(?:8|16|32|64)|float|double'
/** With a tree of data types, a signal may have one of those: its path. */
const DATATYPE = new RegExp(String.raw`^(?:${PLAIN_TYPES}|[A-Z]\w*(?:\.\w+)+)(?:\[\d*\])?$`)
const NAME = /^[A-Za-z0-9_]+$/
const MAX_DEPTH = 64

/**
 * Reads a tree as vss-tools export it: nested `children` as in JSON, or one member for each path as in YAML.
 * Members that it does not know are ignored: profiles and overlays bring their own.
 * @param units those that signals may have
 */
export function readVss(
  json: Json,
  units: VssUnits = VSS_UNITS,
): { readonly tree: VssTree; readonly problems: readonly CatalogProblem[] } {
  const reading = new Reading()
  const walk = new VssWalk(reading, units)
  const roots = Object.entries(reading.object('', json))
  if (roots.length === 0) reading.problem('', 'expected the nodes of a tree, got none')
  for (const [path, node] of roots) walk.visit(path, node, 0)
  for (const path of walk.orphans()) reading.problem(path, 'is below something that is no branch of the tree')
  const version = walk.version()
  return {
    tree: { signals: walk.signals, branches: walk.branches, ...(version === undefined ? {} : { version }) },
    problems: reading.problems,
  }
}

class VssWalk {
  readonly signals = new Map<string, VssSignal>()
  readonly branches = new Set<string>()
  readonly #reading: Reading
  readonly #units: VssUnits
  readonly #defaults = new Map<string, Json>()

  constructor(reading: Reading, units: VssUnits) {
    this.#reading = reading
    this.#units = units
  }

  visit(path: string, json: Json | undefined, depth: number): void {
    if (!path.split('.').every((name) => NAME.test(name))) {
      this.#reading.problem(path, 'expected names of letters, digits and _')
    } else if (isJsonObject(json)) this.#node(path, json, depth)
    else this.#reading.problem(path, `expected a node, got ${json === undefined ? 'none' : shown(json)}`)
  }

  /** Paths that a flat tree has without the branch above them. */
  orphans(): readonly string[] {
    return [...this.signals.keys(), ...this.branches].filter((path) => {
      const dot = path.lastIndexOf('.')
      return dot >= 0 && !this.branches.has(path.slice(0, dot))
    })
  }

  version(): string | undefined {
    const parts = ['Major', 'Minor', 'Patch'].map((part) => this.#defaults.get(`Vehicle.VersionVSS.${part}`))
    return parts.every((part) => typeof part === 'number') ? parts.join('.') : undefined
  }

  #node(path: string, node: JsonObject, depth: number): void {
    const { type } = node
    if (node.default !== undefined) this.#defaults.set(path, node.default)
    const leafType = LEAF_TYPES.find((each) => each === type)
    if (leafType) this.#leaf(path, leafType, node)
    else if (type === 'branch') this.#branch(path, node.children, depth)
    else if (type !== 'struct' && type !== 'property') {
      const got = type === undefined ? 'none' : shown(type)
      this.#reading.problem(joined(path, 'type'), `expected branch, sensor, actuator or attribute, got ${got}`)
    }
  }

  #branch(path: string, children: Json | undefined, depth: number): void {
    this.branches.add(path)
    if (depth >= MAX_DEPTH) {
      this.#reading.problem(path, `is deeper than ${MAX_DEPTH} branches`)
      return
    }
    for (const [name, child] of Object.entries(this.#reading.object(joined(path, 'children'), children))) {
      this.visit(`${path}.${name}`, child, depth + 1)
    }
  }

  #leaf(path: string, type: VssLeafType, node: JsonObject): void {
    const reading = this.#reading
    const at = (name: string) => joined(path, name)
    if (node.children !== undefined) reading.problem(at('children'), `${type}s have none`)
    const datatype = reading.text(at('datatype'), node.datatype)
    if (datatype === undefined && node.datatype === undefined) reading.problem(at('datatype'), 'is missing')
    const isKnownType = datatype !== undefined && DATATYPE.test(datatype)
    if (datatype !== undefined && !isKnownType) {
      reading.problem(at('datatype'), `expected a data type of VSS, got ${shown(datatype)}`)
    }
    const unit = this.#unit(at('unit'), node.unit, isKnownType ? datatype : undefined)
    const description = reading.text(at('description'), node.description)
    const min = reading.number(at('min'), node.min)
    const max = reading.number(at('max'), node.max)
    if (min !== undefined && max !== undefined && min > max) reading.problem(at('min'), `${min} is above max, ${max}`)
    for (const [name, bound] of [['min', min] as const, ['max', max] as const]) {
      if (bound !== undefined && isKnownType && !canHold(datatype, bound)) {
        reading.problem(at(name), `${bound} is no value of ${datatype}`)
      }
    }
    if (node.allowed !== undefined && !Array.isArray(node.allowed)) {
      reading.problem(at('allowed'), `expected a list of values, got ${shown(node.allowed)}`)
    }
    this.signals.set(path, {
      path,
      type,
      datatype: datatype ?? '',
      ...(unit === undefined ? {} : { unit }),
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      ...(description === undefined ? {} : { description }),
    })
  }

  /** A unit as it is called in the list of units. */
  #unit(path: string, json: Json | undefined, datatype: string | undefined): string | undefined {
    const name = this.#reading.text(path, json)
    if (name === undefined) return undefined
    const unit = unitNamed(this.#units, name)
    if (!unit) {
      const near = nearestUnit(this.#units, name)
      const hint = near === undefined ? 'units beside those of VSS need a file of units' : `did you mean ${near}?`
      this.#reading.problem(path, `there is no unit ${shown(name)}; ${hint}`)
    } else if (datatype !== undefined && unit.datatypes && !canBeOf(datatype, unit.datatypes)) {
      this.#reading.problem(path, `${unit.name} is no unit of ${datatype}, but of ${unit.datatypes.join(', ')}`)
    }
    return unit?.name
  }
}

/** Whether a data type, or that of the elements of an array, is one of some or, as vss-tools see it, part of one. */
function canBeOf(datatype: string, datatypes: readonly string[]): boolean {
  const [element = ''] = /^[\w.]+/.exec(datatype) ?? []
  const [, sign, bits] = /^(u?)int(\d+)$/.exec(element) ?? []
  const isInteger = bits !== undefined
  return datatypes.some((each) => {
    if (each === 'numeric') return isInteger || element === 'float' || element === 'double'
    if (each === 'int') return isInteger
    const [, otherSign, otherBits] = /^(u?)int(\d+)$/.exec(each) ?? []
    return each === element || (isInteger && sign === otherSign && Number(bits) <= Number(otherBits))
  })
}

/** Whether a number can be a value of a data type, or an element of one that is an array. */
function canHold(datatype: string, number: number): boolean {
  const [, unsigned, bits] = /^(u?)int(8|16|32|64)\b/.exec(datatype) ?? []
  if (bits === undefined) return /^(float|double)\b/.test(datatype)
  const size = 2 ** Number(bits)
  return unsigned === 'u' ? number >= 0 && number < size : number >= -size / 2 && number < size / 2
}

/** Whether a value lies outside a range, both ends of which belong to it; what is no number does not. */
export function isOutside(value: Json, range: { readonly min?: number; readonly max?: number } | undefined): boolean {
  const number = numberOf(value)
  if (number === undefined || !range) return false
  return number < (range.min ?? number) || number > (range.max ?? number)
}
