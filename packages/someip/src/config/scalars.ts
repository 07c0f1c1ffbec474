import { formatAddress } from './address.ts'
import { atValue, type Field, type FieldDoc, type Found, reportIgnoredDuplicate, reportOverride } from './field.ts'
import { INTEGER_TYPES, type Notation, type Reader, readInteger } from './integer-text.ts'
import { type Problems, quote } from './problems.ts'

export interface ScalarOptions<D> {
  readonly meaning: string
  readonly default?: D
  /** The default as the reference prints it, where that is not plain. */
  readonly defaultText?: string
  /** Without it the last definition counts. */
  readonly repeat?: 'first'
  readonly noEffect?: string
}

export interface IntegerOptions<D> extends ScalarOptions<D> {
  readonly type?: keyof typeof INTEGER_TYPES
  readonly notation?: Notation
  readonly reader?: Reader
  /** Changes a value that breaks `rule` to one that keeps it; undefined: as if the key were not given. */
  readonly adjust?: (value: number) => number | undefined
  readonly rule?: string
  /** Words that stand for a number. */
  readonly words?: Readonly<Record<string, number>>
}

/** An integer, read with the fallbacks of the C++ call named by `reader`. */
export function integer<D extends number | undefined = undefined>(options: IntegerOptions<D>): Field<number | D> {
  const { type = 'uint16', notation = 'decimal', reader = 'stream', adjust, rule } = options
  const format = { type: INTEGER_TYPES[type], notation, reader }
  const words = new Map(Object.entries(options.words ?? {}))
  return scalar(options, labelOf(options), readInteger('', format).value, (found, fallback, problems) => {
    const word = words.get(found.node.text)
    if (word !== undefined) return word
    const { value, flaw } = readInteger(found.node.text, format)
    const adjusted = value === undefined || adjust === undefined ? value : adjust(value)
    const used = describeUse(adjusted, fallback)
    if (flaw) problems.report(flaw.kind, atValue(found), `${quote(found.node.text)} ${flaw.message}; ${used}`)
    else if (adjusted !== value) {
      problems.report('adjusted-value', atValue(found), `${quote(found.node.text)} breaks the rule "${rule}"; ${used}`)
    }
    return adjusted
  })
}

function labelOf({ type = 'uint16', notation, rule, words = {} }: IntegerOptions<unknown>): string {
  const spelling = notation === undefined || notation === 'decimal' ? [] : [notation]
  const named = Object.keys(words).map((word) => `\`${word}\``)
  return [[type, ...spelling, ...named].join(', '), ...(rule === undefined ? [] : [rule])].join('; ')
}

/** A flag that is set by the text `true` only. */
export function flag<const D extends boolean | undefined = undefined>(options: ScalarOptions<D>): Field<boolean | D> {
  return scalar<boolean, D>(options, 'bool', false, (found, _fallback, problems) => {
    const value = found.node.text === 'true'
    if (!value && found.node.text !== 'false') reportFlag(found, value, problems)
    return value
  })
}

/** A flag that is cleared by the text `false` only. */
export function flagUnlessFalse(options: ScalarOptions<boolean> & { readonly default: true }): Field<boolean> {
  return scalar(options, 'bool', true, (found, _fallback, problems) => {
    const value = found.node.text !== 'false'
    if (value && found.node.text !== 'true') reportFlag(found, value, problems)
    return value
  })
}

function reportFlag(found: Found, value: boolean, problems: Problems): void {
  problems.report(
    'invalid-value',
    atValue(found),
    `${quote(found.node.text)} is neither true nor false; ${value} is used`,
  )
}

export function text<D extends string | undefined = undefined>(options: ScalarOptions<D>): Field<string | D> {
  return scalar(options, 'string', '', (found) => found.node.text)
}

export interface ChoiceOptions<T extends string, D> extends ScalarOptions<D> {
  readonly choices: readonly T[]
  /** What any other text means; absent: the default. */
  readonly otherwise?: T
}

export function choice<const T extends string, const D extends T | undefined = undefined>(
  options: ChoiceOptions<T, D>,
): Field<T | D> {
  const { choices, otherwise } = options
  return scalar(options, choices.map((one) => `\`${one}\``).join(', '), otherwise, (found, fallback, problems) => {
    const value = choices.find((one) => one === found.node.text)
    if (value !== undefined) return value
    const message = `${quote(found.node.text)} is none of ${choices.join(', ')}; ${describeUse(otherwise, fallback)}`
    problems.report('invalid-value', atValue(found), message)
    return otherwise
  })
}

/** An IPv4 or IPv6 address in its canonical spelling. */
export function address<D extends string | undefined = undefined>(options: ScalarOptions<D>): Field<string | D> {
  return scalar(options, 'IP address', undefined, (found, fallback, problems) => {
    const canonical = formatAddress(found.node.text)
    if (canonical !== undefined) return canonical
    const message = `${quote(found.node.text)} is not an IP address; ${describeUse(undefined, fallback)}`
    problems.report('invalid-value', atValue(found), message)
    return undefined
  })
}

type ReadScalar<T> = (found: Found, fallback: unknown, problems: Problems) => T | undefined

/** `compound`: what an object or a list in place of the value means; undefined: the default. */
function scalar<T, D>(
  options: ScalarOptions<D>,
  type: string,
  compound: T | undefined,
  readOne: ReadScalar<T>,
): Field<T | D> {
  const fallback = options.default
  const { meaning, noEffect, repeat = 'last', defaultText = fallback === undefined ? '' : String(fallback) } = options
  const doc: FieldDoc = { type, default: defaultText, meaning, repeat, ...(noEffect === undefined ? {} : { noEffect }) }
  const readNode: ReadScalar<T> = (found, before, problems) => {
    if (found.node.kind === 'scalar') return readOne(found, before, problems)
    const message = `a plain value is expected, not an ${found.node.kind}; ${describeUse(compound, before)}`
    problems.report('wrong-type', atValue(found), message)
    return compound
  }
  return {
    doc,
    inner: {},
    read(found, problems) {
      let chosen: { readonly value: T; readonly by: Found } | undefined
      for (const one of found) {
        if (chosen !== undefined && repeat === 'first') {
          reportIgnoredDuplicate(chosen.by, one, problems)
          continue
        }
        const value = readNode(one, chosen?.value ?? fallback, problems)
        if (value === undefined) continue
        if (chosen !== undefined) reportOverride(chosen.by, one, problems)
        chosen = { value, by: one }
      }
      // Without a default D is undefined, so that the missing value is one of D.
      return chosen === undefined ? (fallback as D) : chosen.value
    },
  }
}

function describeUse(value: unknown, fallback: unknown): string {
  const used = value ?? fallback
  return used === undefined ? 'it is ignored' : `${used} is used`
}
