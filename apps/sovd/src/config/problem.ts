import { AppError } from '@opensovd/base'

/** Something about one setting. */
export interface Problem {
  /** The setting, such as `backends[1].base_url`; empty when it is about the whole file. */
  readonly path: string
  readonly message: string
  /** Where the setting was made: `file:line`, the name of an environment variable, or an option. */
  readonly source?: string
}

/** A configuration that nothing is started with. */
export class ConfigError extends AppError<'invalid-config'> {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super('invalid-config', problems.map(formatProblem).join('\n'))
    this.problems = problems
  }
}

/** One line: the setting, what is wrong with it, and where it was made. */
export function formatProblem({ path, message, source }: Problem): string {
  return `${path === '' ? '' : `${path}: `}${message}${source === undefined ? '' : ` (${source})`}`
}

export type Segment = string | number

/** `['backends', 1, 'base_url']` as `backends[1].base_url`. */
export function formatPath(segments: readonly Segment[]): string {
  let path = ''
  for (const segment of segments) {
    if (typeof segment === 'number') path += `[${segment}]`
    else path += path === '' ? segment : `.${segment}`
  }
  return path
}

/** Whether `path` is `parent` or something inside it. */
export function isWithin(path: string, parent: string): boolean {
  if (!path.startsWith(parent)) return false
  const next = path[parent.length]
  return next === undefined || next === '.' || next === '['
}
