import type { JsonObject } from '@opensovd/base'
import type { LogEntry, LogSeverity } from '@opensovd/core'
import type { ApiClient } from '../api-client.ts'
import type { AllFacets } from '../dialect.ts'
import { orElse } from '../fallback.ts'
import { defined, listOf, requiredText, textOf } from '../shape.ts'

/** The log of the component at `path`; empty on servers without. */
export function nativeLogs(api: ApiClient, path: string): AllFacets['logs'] {
  return {
    entries: (_query, context) =>
      orElse(
        () => api.get(`${path}/logs`, context, (json) => listOf(json, 'value', entry)),
        async () => [],
        () => {},
      ),
  }
}

const SEVERITIES: Readonly<Record<string, LogSeverity>> = { error: 'error', warning: 'warn', debug: 'debug' }

function entry(item: JsonObject): LogEntry {
  return defined<LogEntry>({
    timestamp: requiredText(item, 'timestamp'),
    severity: SEVERITIES[textOf(item, 'level') ?? ''] ?? 'info',
    source: textOf(item, 'source') ?? '',
    message: textOf(item, 'message') ?? '',
    data: item.data,
  })
}
