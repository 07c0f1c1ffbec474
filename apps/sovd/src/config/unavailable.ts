import type { Settings } from './settings/settings.ts'

interface Unavailable {
  readonly path: string
  /** Whether the settings would turn the feature on. */
  readonly wanted: (settings: Settings) => boolean
  readonly feature: string
  /** What leaves it off. */
  readonly off: string
}

const off = 'set it to false or leave it out'
const leaveOut = 'leave it out'

/** What a configuration can ask for and this version does not have. */
export const UNAVAILABLE: readonly Unavailable[] = [
  { path: 'dlt.enabled', wanted: ({ dlt }) => dlt.enabled, feature: 'DLT', off },
  { path: 'firmware.verify', wanted: ({ firmware }) => firmware.verify, feature: 'the verification of packages', off },
  {
    path: 'logging.otlp_endpoint',
    wanted: ({ logging }) => logging.otlp_endpoint !== undefined,
    feature: 'the export of traces',
    off: leaveOut,
  },
  {
    path: 'metrics.path',
    wanted: ({ metrics }) => metrics.enabled && metrics.path !== '/metrics',
    feature: 'another path for the metrics',
    off: 'set it to "/metrics" or leave it out',
  },
  {
    path: 'storage.backend',
    wanted: ({ storage }) => storage.backend !== 'memory',
    feature: 'durable storage',
    off: 'set it to "memory" or leave it out',
  },
  {
    path: 'secrets.provider',
    wanted: ({ secrets }) => secrets.provider === 'vault',
    feature: 'Vault',
    off: 'set it to "env" or leave it out',
  },
  {
    path: 'someip.offered_services',
    wanted: ({ someip }) => someip.offered_services.length > 0,
    feature: 'offering SOME/IP services',
    off: leaveOut,
  },
  {
    path: 'someip.consumed_services',
    wanted: ({ someip }) => someip.consumed_services.length > 0,
    feature: 'consuming SOME/IP services',
    off: leaveOut,
  },
]
