import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import { type LogContext, type LogEntry, type LogSeverity, logSeverityOf } from '@opensovd/core'
import type { ApiClient } from '../api-client.ts'
import type { AllFacets } from '../dialect.ts'
import { orElse } from '../fallback.ts'
import { defined, listOf, requiredText, textOf } from '../shape.ts'

/** The log of the component at `path`; empty on servers without [17978-3 7.21]. */
export function isoLogs(api: ApiClient, path: string): AllFacets['logs'] {
  return {
    entries: (_query, context) =>
      orElse(
        () => api.get(`${path}/logs/entries`, context, (json) => listOf(json, 'items', entry)),
        async () => [],
        () => {},
      ),
  }
}

function entry(item: JsonObject): LogEntry {
  const context = contextOf(item.context)
  return defined<LogEntry>({
    timestamp: requiredText(item, 'timestamp'),
    severity: severityOf(textOf(item, 'severity') ?? ''),
    source: context?.type === 'AUTOSAR_DLT' ? context.applicationId : (context?.process ?? ''),
    message: textOf(item, 'msg') ?? '',
    context,
  })
}

/** Some servers write the levels of DLT; what is no severity is information. */
function severityOf(text: string): LogSeverity {
  const name = text.toLowerCase().replace(/^dlt_/, '')
  return logSeverityOf(name === 'warning' ? 'warn' : name === 'verbose' ? 'debug' : name) ?? 'info'
}

function contextOf(json: Json | undefined): LogContext | undefined {
  if (!isJsonObject(json)) return undefined
  const text = (member: string) => textOf(json, member) ?? ''
  if (json.type === 'AUTOSAR_DLT') {
    return {
      type: 'AUTOSAR_DLT',
      session: text('session'),
      sessionId: text('session_id'),
      applicationId: text('application_id'),
      contextId: text('context_id'),
      messageId: text('message_id'),
    }
  }
  if (json.type !== 'RFC5424') return undefined
  return defined<LogContext>({
    type: 'RFC5424',
    host: text('host'),
    process: text('process'),
    pid: textOf(json, 'pid'),
  })
}
