import { hash } from 'node:crypto'
import { AppError, type Clock, type Logger, messageOf } from '@opensovd/base'
import type { AuditOptions, AuditStore } from '@opensovd/core'
import { FileAuditStore } from '@opensovd/server'
import type { AuditConfig } from './config/audit.ts'

/**
 * Opens the audit trail where the configuration has it. What it holds open is closed with `opening`.
 * @throws AppError `state-unavailable` when its folder cannot be used
 */
export async function openAudit(
  { maxEntries, files }: AuditConfig,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  opening: AsyncDisposableStack,
): Promise<AuditOptions> {
  const options = { sha256: (text: string) => hash('sha256', text, 'hex'), maxEntries }
  return files ? { ...options, store: await openAuditStore({ maxEntries, files }, { clock, log }, opening) } : options
}

/** @throws AppError `state-unavailable` when the folder cannot be used */
export async function openAuditStore(
  { maxEntries, files }: Required<AuditConfig>,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
  opening: AsyncDisposableStack,
): Promise<AuditStore> {
  try {
    return opening.use(await FileAuditStore.open({ ...files, clock, log, maxRestored: maxEntries }))
  } catch (error) {
    const message = `${files.folder} cannot hold the audit trail: ${messageOf(error)}`
    throw new AppError('state-unavailable', message, { cause: error })
  }
}
