import { EncodeError } from '../../wire/encode-error.ts'
import { MAX_RUN_LENGTH, type OptionRuns } from './entry.ts'
import { encodeOption, type SdOption, type SendableOption } from './option.ts'

/** An index has 8 bits. */
const MAX_OPTIONS = 256

interface Split {
  /** Index of the options before the cut, if they stand in the table one after the other. */
  readonly first: number | undefined
  readonly second: number | undefined
  readonly at: number
  /** Options that would have to be added. */
  readonly cost: number
}

/** The bytes of an option, and the same as text, to compare them. */
interface EncodedForm {
  readonly bytes: Uint8Array
  readonly key: string
}

/** Offers are repeated with the same options again and again. */
const encodedForms = new WeakMap<SdOption, EncodedForm>()

/** The options array of a message under construction, in which entries share options [feat_req_someipsd_900]. */
export class OptionTable {
  readonly #encoded: Uint8Array[] = []
  readonly #keys: string[] = []
  #bytes = 0

  get length(): number {
    return this.#encoded.length
  }

  /** Of all options. */
  get bytes(): number {
    return this.#bytes
  }

  get encoded(): readonly Uint8Array[] {
    return this.#encoded
  }

  /**
   * Adds what is missing of `options` and returns the runs that reference them; undefined when there is no room left.
   * @throws EncodeError for more options than two runs can hold, and what `encodeOption` throws
   */
  place(options: readonly SdOption[]): OptionRuns | undefined {
    if (options.length > 2 * MAX_RUN_LENGTH) {
      throw new EncodeError('options', `${options.length} options, at most ${2 * MAX_RUN_LENGTH} allowed`)
    }
    const forms = options.map(encodedForm)
    const encoded = forms.map(({ bytes }) => bytes)
    const keys = forms.map(({ key }) => key)
    const { first, second, at, cost } = this.#cheapestSplit(keys)
    if (this.length + cost > MAX_OPTIONS) return undefined
    const firstIndex = first ?? this.#append(encoded.slice(0, at), keys.slice(0, at))
    const secondIndex = second ?? this.#append(encoded.slice(at), keys.slice(at))
    return joinRuns(firstIndex, at, secondIndex, keys.length - at)
  }

  /** Removes what was added after the table had `length` options. */
  truncate(length: number): void {
    for (const bytes of this.#encoded.splice(length)) this.#bytes -= bytes.length
    this.#keys.length = length
  }

  /** Cuts the options in two so that as many as possible are already there; prefers the first run. */
  #cheapestSplit(keys: readonly string[]): Split {
    let best: Split | undefined
    const smallest = Math.max(0, keys.length - MAX_RUN_LENGTH)
    for (let at = Math.min(keys.length, MAX_RUN_LENGTH); at >= smallest; at--) {
      const first = this.#find(keys.slice(0, at))
      const second = this.#find(keys.slice(at))
      const cost = (first === undefined ? at : 0) + (second === undefined ? keys.length - at : 0)
      if (best === undefined || cost < best.cost) best = { first, second, at, cost }
    }
    return best ?? { first: 0, second: 0, at: 0, cost: 0 }
  }

  #find(keys: readonly string[]): number | undefined {
    if (keys.length === 0) return 0
    for (let index = 0; index + keys.length <= this.length; index++) {
      if (keys.every((key, offset) => this.#keys[index + offset] === key)) return index
    }
    return undefined
  }

  #append(encoded: readonly Uint8Array[], keys: readonly string[]): number {
    const index = this.length
    this.#encoded.push(...encoded)
    this.#keys.push(...keys)
    for (const bytes of encoded) this.#bytes += bytes.length
    return index
  }
}

/** Two runs that follow each other are one; an empty run has index 0 [feat_req_someipsd_348]. */
function joinRuns(firstIndex: number, firstCount: number, secondIndex: number, secondCount: number): OptionRuns {
  if (firstCount === 0) return { firstIndex: secondIndex, firstCount: secondCount, secondIndex: 0, secondCount: 0 }
  const isOneRun = secondIndex === firstIndex + firstCount && firstCount + secondCount <= MAX_RUN_LENGTH
  if (secondCount === 0 || isOneRun) {
    return { firstIndex, firstCount: firstCount + secondCount, secondIndex: 0, secondCount: 0 }
  }
  return { firstIndex, firstCount, secondIndex, secondCount }
}

/** @throws what `encodeOption` throws */
function encodedForm(option: SdOption): EncodedForm {
  const known = encodedForms.get(option)
  if (known !== undefined) return known
  const bytes = encodeOption(sendable(option))
  const form = { bytes, key: bytes.join() }
  encodedForms.set(option, form)
  return form
}

function sendable(option: SdOption): SendableOption {
  if (option.kind === 'malformed')
    throw new EncodeError('options', `an option that could not be read: ${option.problem}`)
  return option
}
