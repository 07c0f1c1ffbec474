import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'
import type { LogEntry, LogFacet, LogQuery } from '../facets/logs.ts'
import type { CallContext } from '../ports/call-context.ts'
import { GATEWAY_SOURCE } from './gateway-events.ts'
import type { LogBook } from './log-book.ts'
import { selectLogs } from './select-logs.ts'

/** An entity with the log of the gateway, and its own beside it if it has one; groups have none. */
export function withLogs(entity: Entity, book: LogBook): Entity {
  if (entity.kind === 'group') return entity
  return { ...entity, facets: { ...entity.facets, logs: logsOf(entity, book) } }
}

/** A log of its own that cannot be read leaves a gap, which is an entry too: what the gateway knows is there anyway. */
function logsOf(entity: Entity, book: LogBook): LogFacet {
  const own = entity.facets.logs

  async function ownEntries(query: LogQuery, context: CallContext): Promise<readonly LogEntry[]> {
    if (!own) return []
    try {
      return (await own.entries(query, context)).filter((entry) => book.levels.admits(entity, entry))
    } catch (error) {
      if (context.signal.aborted || !(error instanceof SovdError)) throw error
      return [
        book.now({ severity: 'warn', source: GATEWAY_SOURCE, message: `its own log is missing: ${error.message}` }),
      ]
    }
  }

  return {
    async entries(query, context) {
      const theirs = await ownEntries(query, context)
      if (theirs.length === 0) return selectLogs(book.of(entity), query)
      return selectLogs(byTime([...theirs, ...book.of(entity)]), query)
    },
  }
}

function byTime(entries: readonly LogEntry[]): readonly LogEntry[] {
  return entries
    .map((entry) => ({ entry, ms: Date.parse(entry.timestamp) }))
    .sort((a, b) => a.ms - b.ms)
    .map(({ entry }) => entry)
}
