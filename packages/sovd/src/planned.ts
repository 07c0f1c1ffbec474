import type { Method, RouteTable } from './route.ts'

/** An operation of a contract that this version answers with 501. */
export interface PlannedOperation {
  readonly method: Method
  readonly path: string
  readonly mount?: 'root'
}

export function planned(path: string, ...methods: Method[]): PlannedOperation[] {
  return methods.map((method) => ({ method, path }))
}

export function plannedAtRoot(path: string, ...methods: Method[]): PlannedOperation[] {
  return methods.map((method) => ({ method, path, mount: 'root' }))
}

/** Those operations that no row serves yet. */
export function unserved(operations: readonly PlannedOperation[], table: RouteTable): readonly PlannedOperation[] {
  const served = new Set(
    Object.values(table).flatMap(({ method, path, aliases = [] }) =>
      [path, ...aliases].map((each) => placeOf(method, each)),
    ),
  )
  return operations.filter(({ method, path }) => !served.has(placeOf(method, path)))
}

function placeOf(method: Method, path: string): string {
  return `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`
}
