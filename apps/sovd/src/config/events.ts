import type { EventLimits } from '@opensovd/core'
import type { Findings } from './findings.ts'
import type { Settings } from './settings/settings.ts'

export interface EventsConfig {
  readonly limits: EventLimits
  readonly streams: { readonly beatMs: number; readonly stallMs: number }
}

const KB = 1024

/** Judges how changes are told. */
export function readEvents(settings: Settings['events'], findings: Findings): EventsConfig {
  const { fast_ms: fast, normal_ms: normal, slow_ms: slow } = settings
  if (fast > normal) refuse('fast_ms', fast, 'normal_ms', normal, findings)
  if (normal > slow) refuse('normal_ms', normal, 'slow_ms', slow, findings)
  return {
    limits: {
      dataPollMs: settings.data_poll_secs * 1000,
      faultPollMs: settings.fault_poll_secs * 1000,
      ring: { maxEvents: settings.ring_events, maxBytes: settings.ring_kb * KB },
      retainMs: settings.retain_secs * 1000,
      retryMs: Math.round(settings.retry_secs * 1000),
      maxReaders: settings.max_readers,
      intervalsMs: { fast, normal, slow },
      maxSubscriptions: settings.max_subscriptions,
      maxTriggers: settings.max_triggers,
      maxDurationSeconds: settings.max_duration_secs,
    },
    streams: { beatMs: settings.heartbeat_secs * 1000, stallMs: settings.stall_secs * 1000 },
  }
}

function refuse(shorter: string, value: number, longer: string, limit: number, findings: Findings): void {
  findings.problem(`events.${shorter}`, `must not be above events.${longer}, which is ${limit}, got ${value}`, {
    involved: [`events.${longer}`],
  })
}
