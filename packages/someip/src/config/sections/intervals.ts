import { list, object } from '../compounds.ts'
import { atValue, dropEntry, type Field, mapped } from '../field.ts'
import { quote } from '../problems.ts'
import type { Range } from '../ranges.ts'
import { integer } from '../scalars.ts'

export interface IntervalOptions {
  readonly type: 'uint16' | 'uint32'
  readonly meaning: string
  /** Whether a plain id may stand in place of the list. */
  readonly orOne?: true
}

/** Ids as policies give them: a list of ids and ranges, or the word `any`. */
export function intervalsField({ type, meaning, orOne }: IntervalOptions): Field<readonly Range[]> {
  const max = maxOf(type)
  const interval = intervalField(type)
  const intervals = list(interval, { meaning: `${meaning}; \`any\`: all`, repeat: 'last' })
  return {
    doc: { ...intervals.doc, type: `list, ${orOne ? 'one id, ' : ''}or \`any\`` },
    inner: intervals.inner,
    read(found, problems) {
      const one = found.at(-1)
      if (one === undefined || one.node.kind !== 'scalar' || one.node.text === '')
        return intervals.read(found, problems)
      if (one.node.text === 'any') return [{ first: 0, last: max }]
      if (orOne) return [interval.read([one], problems)].filter((range) => range !== undefined)
      const message = `a list or "any" is expected, not ${quote(one.node.text)}; it is ignored`
      problems.report('wrong-type', atValue(one), message)
      return []
    },
  }
}

/** One id, or a range of them; undefined if it cannot be read, which is reported. */
export function intervalField(type: 'uint16' | 'uint32'): Field<Range | undefined> {
  const max = maxOf(type)
  const notation = 'decimal, 0x or 0X'
  return mapped(
    object(
      {
        first: integer({ type, notation, words: { min: 0 }, meaning: 'lowest id' }),
        last: integer({ type, notation, words: { max }, meaning: 'highest id' }),
      },
      { meaning: 'an id, or a range of them', shorthand: 'first' },
    ),
    ({ first, last }, found, problems) => {
      const end = found[0]?.node.kind === 'scalar' ? first : last
      if (first !== undefined && end !== undefined && first <= end) return { first, last: end }
      return dropEntry(found, problems, 'a range needs "first" and a "last" that is not below')
    },
  )
}

function maxOf(type: 'uint16' | 'uint32'): number {
  return type === 'uint16' ? 0xffff : 0xffff_ffff
}
