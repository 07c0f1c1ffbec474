import { AppError } from '@opensovd/base'

/** Keys and indices from the root to a value. */
export type Path = readonly (string | number)[]

/** Something wrong with a description. */
export interface Problem {
  /** Such as `ecus[0].data[2].encoding.bits`; empty when it is about the whole. */
  readonly path: string
  readonly message: string
  /** Where the value stands, such as `ecu.yaml:12:5`. */
  readonly source?: string
}

/** A description that nothing can be done with. */
export class DescriptionError extends AppError<'ECU_DESCRIPTION'> {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super('ECU_DESCRIPTION', problems.map(formatProblem).join('\n'))
    this.problems = problems
  }
}

export function formatProblem({ path, message, source }: Problem): string {
  return `${path === '' ? '' : `${path}: `}${message}${source === undefined ? '' : ` (${source})`}`
}

/** `['ecus', 0, 'id']` as `ecus[0].id`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else text += text === '' ? key : `.${key}`
  }
  return text
}

/** Collects problems, each where it is. */
export class Problems {
  readonly list: Problem[] = []
  readonly #paths: Path[] = []
  readonly #locate: (path: Path) => string | undefined

  constructor(locate: (path: Path) => string | undefined) {
    this.#locate = locate
  }

  add(path: Path, message: string): void {
    const source = this.#locate(path)
    this.#paths.push(path)
    this.list.push({ path: formatPath(path), message, ...(source !== undefined && { source }) })
  }

  /** Whether something is wrong with the value at `path` or inside it. */
  has(path: Path): boolean {
    return this.#paths.some((each) => path.every((key, depth) => each[depth] === key))
  }
}
