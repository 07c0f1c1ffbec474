import { AppError } from '@opensovd/base'

/** What can be wrong with a configuration. An `error` lost something that was written; a `warning` ignored something harmless. */
export const PROBLEM_KINDS = {
  'missing-configuration': {
    severity: 'error',
    meaning: 'a file or folder was named that does not exist; the default places are read',
  },
  'unreadable-file': { severity: 'error', meaning: 'a file or folder cannot be read; it is left out' },
  'invalid-json': { severity: 'error', meaning: 'a file is not strict JSON; the whole file is left out' },
  'unknown-key': { severity: 'warning', meaning: 'no key of that name exists here; it is ignored' },
  'no-effect': { severity: 'warning', meaning: 'the key is known, but nothing reads it (obsolete, or out of place)' },
  'duplicate-definition': {
    severity: 'warning',
    meaning: 'the same thing is defined twice; the message names the definition in use',
  },
  'wrong-type': {
    severity: 'error',
    meaning: 'a list, an object or a plain value stands where another of the three is expected',
  },
  'unreadable-number': {
    severity: 'error',
    meaning: 'the text is not, or not wholly, a number; the message names the value in use',
  },
  'number-overflow': {
    severity: 'error',
    meaning: 'the number does not fit its type; the message names the value in use',
  },
  'invalid-value': {
    severity: 'error',
    meaning: 'the text is not one of the values allowed; the message names the value in use',
  },
  'adjusted-value': {
    severity: 'warning',
    meaning: 'a readable value breaks a rule and was changed to one that keeps it',
  },
  'dropped-entry': { severity: 'error', meaning: 'a list entry lacks what it needs and is left out' },
  unsupported: {
    severity: 'error',
    meaning: 'something that cannot be had here is asked for; an application with this configuration does not start',
  },
  'too-many-problems': { severity: 'warning', meaning: 'more was wrong than is listed' },
} as const satisfies Record<string, { severity: Severity; meaning: string }>

export type Severity = 'error' | 'warning'
export type ProblemKind = keyof typeof PROBLEM_KINDS

/** Where something stands. Lines and columns count from 1; 1:1 also stands for a file as a whole. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  /** The keys that lead there, as in `services[0].events[2].cycle`; empty for a file as a whole. */
  readonly path: string
}

export interface Problem extends Place {
  readonly kind: ProblemKind
  readonly severity: Severity
  readonly message: string
}

const MAX_PROBLEMS = 1000

/** Collects at most 1000 problems in the order they are found, and counts the rest. */
export class Problems {
  readonly #list: Problem[] = []
  #omitted = 0

  report(kind: ProblemKind, place: Place, message: string): void {
    if (this.#list.length === MAX_PROBLEMS) {
      this.#omitted++
      return
    }
    const { file, line, column, path } = place
    this.#list.push({ kind, severity: PROBLEM_KINDS[kind].severity, file, line, column, path, message })
  }

  /** By file in the order of `files`, those that are not among them first, and within a file by place. */
  list(files: readonly string[] = []): readonly Problem[] {
    const rank = ({ file }: Problem) => files.indexOf(file)
    const sorted = this.#list.toSorted((a, b) => rank(a) - rank(b) || byPlace(a, b))
    const last = sorted.at(-1)
    if (this.#omitted === 0 || last === undefined) return sorted
    const message = `${this.#omitted} more problems are not listed`
    return [...sorted, { ...last, kind: 'too-many-problems', severity: 'warning', message }]
  }
}

function byPlace(a: Problem, b: Problem): number {
  return a.file === b.file ? a.line - b.line || a.column - b.column : 0
}

/** A place as compilers print it. */
export function formatPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`
}

/** One line: place, severity, path and message. */
export function formatProblem(problem: Problem): string {
  const path = problem.path === '' ? '' : `${problem.path}: `
  return `${formatPlace(problem)}: ${problem.severity}: ${path}${problem.message}`
}

/** The configuration was read strictly and something is wrong with it; `problems` lists everything. */
export class ConfigurationError extends AppError<'invalid-configuration'> {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
    super('invalid-configuration', [`the configuration has ${count}`, ...problems.map(formatProblem)].join('\n'))
    this.problems = problems
  }
}

/** A value for a message, shortened. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
