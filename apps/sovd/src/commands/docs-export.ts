import { systemClock } from '@opensovd/base/node'
import { loadConfig, readDocument } from '../config/load.ts'
import { exportVehicle } from '../docs/export-vehicle.ts'
import { createLogger } from '../log/logger.ts'
import { warn } from '../log/warnings.ts'
import { writeFile } from './write-file.ts'

export interface DocsExportOptions {
  readonly config?: string
  readonly output?: string
  readonly partial?: boolean
  /** Seconds. */
  readonly timeout: number
}

/**
 * Writes the description of everything that the configured backends have. What could not be had is listed on the
 * standard error output; then nothing is written and the exit code is 1, unless a partial description will do.
 * @throws ConfigError before anything is started; AppError `write-failed`
 */
export async function docsExport({ config: file, output, partial, timeout }: DocsExportOptions): Promise<void> {
  const { config, warnings } = loadConfig({ document: readDocument(file), env: process.env })
  const log = createLogger({ ...config.logging, level: 'error' })
  warn(warnings, config.logging)
  const { document, failures } = await exportVehicle(config, { clock: systemClock, log, limitMs: timeout * 1000 })
  for (const failure of failures) process.stderr.write(`sovd: ${failure}\n`)
  if (failures.length > 0 && !partial) {
    process.stderr.write('sovd: nothing was written; --partial writes what there is\n')
    process.exitCode = 1
    return
  }
  const text = `${JSON.stringify(document, undefined, 2)}\n`
  if (output === undefined) process.stdout.write(text)
  else writeFile(output, text)
}
