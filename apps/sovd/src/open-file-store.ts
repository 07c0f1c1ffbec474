import { randomUUID } from 'node:crypto'
import type { Clock, Logger } from '@opensovd/base'
import type { BulkDataStore } from '@opensovd/core'
import type { BulkDataConfig } from './config/config.ts'

/** Opens a folder of files. @throws AppError `store-unusable` */
export async function openFileStore(
  config: BulkDataConfig,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<BulkDataStore> {
  const { FileStore } = await import('@opensovd/integrations/bulk-data')
  return FileStore.open({ ...config, clock, log, createId: randomUUID })
}
