import {
  atName,
  atValue,
  type Field,
  type FieldDoc,
  type Found,
  type Infer,
  joinPath,
  type Repeat,
  reportIgnoredDuplicate,
  reportOverride,
} from './field.ts'
import type { JsonNode } from './json-text.ts'
import type { Problems } from './problems.ts'

export type Fields = Readonly<Record<string, Field<unknown>>>
export type Values<F extends Fields> = { readonly [Name in keyof F]: Infer<F[Name]> }

export interface ObjectOptions {
  readonly meaning: string
  /** `first`: only the first of several objects counts; `last`: their keys are merged, each by its own rule. */
  readonly repeat?: 'first'
  /** The key that a plain value in place of the object stands for. */
  readonly shorthand?: string
  readonly noEffect?: string
}

/** An object with known keys. Unknown ones are reported and ignored. */
export function object<F extends Fields>(fields: F, options: ObjectOptions): Field<Values<F>> {
  const { meaning, repeat = 'last', shorthand, noEffect } = options
  const type = shorthand === undefined ? 'object' : `object, or plain \`${shorthand}\``
  return {
    doc: docOf(type, meaning, repeat, noEffect),
    inner: fields,
    read(found, problems) {
      const names = new Map<string, Found[]>(Object.keys(fields).map((name) => [name, []]))
      for (const one of repeat === 'first' ? countingDefinitions(found, repeat, problems) : found) {
        if (shorthand !== undefined && one.node.kind === 'scalar') names.get(shorthand)?.push(one)
        else for (const entry of entriesOf(one, 'object', problems)) sortEntry(entry, names, problems)
      }
      return readEach(fields, (name) => names.get(name) ?? [], problems)
    },
  }
}

/** The values of several keys of one object; `find` says where each is given. */
export function readEach<F extends Fields>(
  fields: F,
  find: (name: keyof F & string) => readonly Found[],
  problems: Problems,
): Values<F> {
  const values = Object.entries(fields).map(([name, field]) => [name, field.read(find(name), problems)])
  // Each name carries the value that its own field has read, which is what Values says.
  return Object.fromEntries(values) as Values<F>
}

function sortEntry(entry: NamedFound, names: ReadonlyMap<string, Found[]>, problems: Problems): void {
  const known = names.get(entry.name)
  if (known !== undefined) known.push(entry)
  else problems.report('unknown-key', atName(entry), `there is no such key here; it is ignored`)
}

export interface ListOptions {
  readonly meaning: string
  /** Without it the items of several lists add up. */
  readonly repeat?: 'first' | 'last'
  /** Whether the values of an object count as items, too. */
  readonly orObject?: true
  /** Whether anything but a list counts as a list of one. */
  readonly orOne?: true
  readonly noEffect?: string
}

/** A list; items that read as undefined are left out. */
export function list<T>(item: Field<T | undefined>, options: ListOptions): Field<readonly T[]> {
  const { meaning, repeat = 'all', orObject, orOne, noEffect } = options
  const alternatives = `${orObject ? ', or object' : ''}${orOne ? ', or one item' : ''}`
  return {
    doc: docOf(`list${alternatives}`, meaning, repeat, noEffect),
    inner: { '[]': item },
    read(found, problems) {
      const items: T[] = []
      for (const one of countingDefinitions(found, repeat, problems)) {
        for (const entry of orOne && isFilledSingle(one)
          ? [one]
          : entriesOf(one, orObject ? 'any' : 'array', problems)) {
          const value = item.read([entry], problems)
          if (value !== undefined) items.push(value)
        }
      }
      return items
    },
  }
}

/** A key that may be given several times; every value counts. */
export function every<T>(field: Field<T>): Field<readonly T[]> {
  return {
    doc: { ...field.doc, repeat: 'all' },
    inner: field.inner,
    read: (found, problems) => found.map((one) => field.read([one], problems)),
  }
}

/** An object whose keys are data. `readName` reports and returns undefined for a key to leave out; the last of equal keys counts. */
export function record<T>(
  readName: (entry: NamedFound, problems: Problems) => number | undefined,
  item: Field<T>,
  options: { readonly meaning: string; readonly placeholder: string },
): Field<ReadonlyMap<number, T>> {
  return {
    doc: docOf('object', options.meaning, 'all', undefined),
    inner: { [options.placeholder]: item },
    read(found, problems) {
      const values = new Map<number, T>()
      for (const entry of found.flatMap((one) => entriesOf(one, 'object', problems))) {
        const key = readName(entry, problems)
        if (key !== undefined) values.set(key, item.read([entry], problems))
      }
      return values
    },
  }
}

/** Any value, taken without looking at it, because nothing uses it for the reason given. */
export function unused(meaning: string, noEffect: string): Field<undefined> {
  return { doc: docOf('any', meaning, 'all', noEffect), inner: {}, read: () => undefined }
}

/** A key that may stand in files but that nothing reads: it is reported, and described with the reason. */
export function obsolete(reason: string): Field<undefined> {
  return {
    doc: docOf('', '', 'last', reason),
    inner: {},
    read(found, problems) {
      for (const one of found) problems.report('no-effect', atName(one), `has no effect: ${reason}`)
      return undefined
    },
  }
}

export interface NamedFound extends Found {
  readonly name: string
}

/** The entries of an object or a list, each with its path. Another kind of value is reported, unless it is empty. */
export function entriesOf(
  found: Found,
  expected: 'object' | 'array' | 'any',
  problems: Problems,
): readonly NamedFound[] {
  const { node } = found
  if (!fits(node, expected)) {
    const asItems = expected === 'array' && node.kind === 'object'
    const use = asItems ? 'its values are read as items' : 'it is ignored'
    const article = expected === 'object' ? 'an object' : 'a list'
    problems.report('wrong-type', atValue(found), `${article} is expected, not ${nameOf(node)}; ${use}`)
    if (!asItems) return []
  }
  return node.entries.map(({ name, nameAt, value }, index) => {
    const path = node.kind === 'array' ? `${found.path}[${index}]` : joinPath(found.path, name)
    return { node: value, nameAt, file: found.file, path, name }
  })
}

/** An empty value of any kind is an empty object and an empty list, as in boost's property tree. */
function fits(node: JsonNode, expected: 'object' | 'array' | 'any'): boolean {
  if (node.entries.length === 0 && node.text === '') return true
  return expected === 'any' ? node.kind !== 'scalar' : node.kind === expected
}

function isFilledSingle({ node }: Found): boolean {
  return node.kind !== 'array' && (node.text !== '' || node.entries.length > 0)
}

function nameOf(node: JsonNode): string {
  return { scalar: 'a plain value', object: 'an object', array: 'a list' }[node.kind]
}

function countingDefinitions(found: readonly Found[], repeat: Repeat, problems: Problems): readonly Found[] {
  const [first, ...rest] = found
  if (first === undefined || repeat === 'all') return found
  if (repeat === 'first') {
    for (const one of rest) reportIgnoredDuplicate(first, one, problems)
    return [first]
  }
  const filled = found.filter((one) => one.node.entries.length > 0)
  for (const [index, one] of filled.entries()) {
    const before = filled[index - 1]
    if (before !== undefined) reportOverride(before, one, problems)
  }
  return filled.slice(-1)
}

function docOf(type: string, meaning: string, repeat: Repeat, noEffect: string | undefined): FieldDoc {
  return { type, default: '', meaning, repeat, ...(noEffect === undefined ? {} : { noEffect }) }
}
