import type { Clock, Logger } from '@opensovd/base'
import { describeVehicle, type VehicleDescription } from '@opensovd/server'
import manifest from '../../package.json' with { type: 'json' }
import type { Config } from '../config/config.ts'
import { openDomain } from '../domain.ts'
import { firstLook } from '../first-look.ts'

export interface ExportDeps {
  readonly clock: Clock
  readonly log: Logger
  /** How long to wait for the first look at the backends, and again for what they have. */
  readonly limitMs: number
}

export interface ExportedVehicle {
  readonly document: VehicleDescription['document']
  /** A sentence for each thing that could not be had. */
  readonly failures: readonly string[]
}

/**
 * Opens the configured backends, waits until each was tried, and describes what they have.
 * @throws ConfigError as `openDomain` does; the reason of the abort when the backends take longer than `limitMs`
 */
export async function exportVehicle(config: Config, { clock, log, limitMs }: ExportDeps): Promise<ExportedVehicle> {
  await using domain = await openDomain(config, { clock, log })
  await firstLook(domain.backends, clock, limitMs)
  const patience = new AbortController()
  const cancel = clock.after(limitMs, () => patience.abort(new Error(`the backends took longer than ${limitMs} ms`)))
  try {
    const { document, failures } = await describeVehicle(
      {
        diagnostics: domain.diagnostics,
        serverName: 'OpenSOVD gateway',
        serverVersion: manifest.version,
        base: config.server.isoBase,
      },
      patience.signal,
    )
    return { document, failures: failures.map(sentenceOf) }
  } finally {
    cancel()
  }
}

function sentenceOf(failure: VehicleDescription['failures'][number]): string {
  return 'backend' in failure
    ? `backend ${failure.backend} could not be reached: ${failure.message}`
    : `what is below ${failure.path} could not be had: ${failure.message}`
}
