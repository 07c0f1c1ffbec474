import type { ApiClient } from '../sovd/api-client.ts'
import type { SourceLock } from './source-lock.ts'

/** One thing of an adapter that has resources. */
export interface Source {
  readonly api: ApiClient
  /** Below the base. */
  readonly path: string
  readonly lock: SourceLock
}
