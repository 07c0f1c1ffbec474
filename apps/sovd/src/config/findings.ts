import { isWithin, type Problem } from './problem.ts'

interface About {
  /** Further settings the problem is about. */
  readonly involved?: readonly string[]
  /** Where the setting was made, if not where the configuration has it from. */
  readonly source?: string | undefined
}

/** Collects what is wrong with a configuration, so that all of it can be reported at once. */
export class Findings {
  readonly problems: Problem[] = []
  readonly warnings: Problem[] = []
  readonly #sourceOf: (path: string) => string | undefined
  readonly #unusable = new Set<string>()

  /** @param sourceOf where a setting was made, if that is known */
  constructor(sourceOf: (path: string) => string | undefined) {
    this.#sourceOf = sourceOf
  }

  /** Says nothing when one of the settings is unusable, which was said already. */
  problem(path: string, message: string, { involved = [], source }: About = {}): void {
    if ([path, ...involved].some((each) => this.#isUnusable(each))) return
    this.problems.push(this.#locate(path, message, source))
  }

  /** As `problem`, for a setting whose value must not be judged any further. */
  unusable(path: string, message: string, { source }: Pick<About, 'source'> = {}): void {
    this.problems.push(this.#locate(path, message, source))
    this.#unusable.add(path)
  }

  warning(path: string, message: string): void {
    this.warnings.push(this.#locate(path, message, undefined))
  }

  #isUnusable(path: string): boolean {
    return [...this.#unusable].some((unusable) => isWithin(path, unusable))
  }

  #locate(path: string, message: string, given: string | undefined): Problem {
    const source = given ?? this.#sourceOf(path)
    return source === undefined ? { path, message } : { path, message, source }
  }
}
