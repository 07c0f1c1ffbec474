import type { Method } from '@opensovd/sovd'

/** A path that the contracts know, whether or not they serve it yet. */
export interface KnownPath {
  readonly template: string
  readonly segments: readonly string[]
  readonly served: Set<Method>
  /** Methods that this version answers with 501. */
  readonly planned: Set<Method>
}

/** The paths of all contracts, for what no route serves: a wrong method, an operation that is not there yet, `OPTIONS`. */
export class KnownPaths {
  readonly #paths = new Map<string, KnownPath>()

  add(kind: 'served' | 'planned', method: Method, template: string): void {
    let path = this.#paths.get(template)
    if (!path) {
      path = { template, segments: template.split('/'), served: new Set(), planned: new Set() }
      this.#paths.set(template, path)
    }
    path[kind].add(method)
  }

  /** The template that a request's path has; of several, the one with the earliest literal segment. */
  find(url: string): KnownPath | undefined {
    const [path = ''] = url.split('?', 1)
    const segments = path.split('/')
    let best: KnownPath | undefined
    for (const known of this.#paths.values()) {
      if (covers(known.segments, segments) && (!best || isMoreLiteral(known.segments, best.segments))) best = known
    }
    return best
  }

  /**
   * Paths that have to refuse a method themselves, because a route with a parameter in place of one of their words
   * would serve it.
   */
  *shadowed(): Iterable<{ readonly path: KnownPath; readonly method: Method }> {
    for (const path of this.#paths.values()) {
      const others = [...this.#paths.values()].filter(
        (other) => other !== path && covers(other.segments, path.segments),
      )
      const methods = new Set(others.flatMap(({ served }) => [...served]))
      for (const method of methods) if (!path.served.has(method)) yield { path, method }
    }
  }
}

/** What may be asked of a path. */
export function allowedMethods({ served, planned }: KnownPath): readonly string[] {
  const methods = [...served, ...planned]
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
}

function covers(template: readonly string[], segments: readonly string[]): boolean {
  return template.length === segments.length && template.every((part, at) => isParameter(part) || part === segments[at])
}

function isMoreLiteral(a: readonly string[], b: readonly string[]): boolean {
  const at = a.findIndex((part, index) => isParameter(part) !== isParameter(b[index] ?? ''))
  return at >= 0 && !isParameter(a[at] ?? '')
}

function isParameter(part: string): boolean {
  return part.startsWith('{')
}
