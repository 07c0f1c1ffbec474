import { type Diagnostics, facetOf } from '@opensovd/core'
import type { NativeApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { timeRangeOf } from '../time-range.ts'
import { logEntryView, logSeverity } from '../views/logs.ts'

type LogRoutes = Pick<NativeApi, 'listLogs'>

export function logHandlers({ tree }: Diagnostics) {
  return handlersOf<LogRoutes>({
    listLogs: async ({ params, query: { level, from, to, text } }, context) => {
      const logs = facetOf(tree.get('component', params.componentId), 'logs')
      const query = {
        ...(level === undefined ? {} : { severity: logSeverity(level) }),
        ...timeRangeOf(from, to),
        ...(text === undefined ? {} : { text }),
      }
      return { items: (await logs.entries(query, context)).map(logEntryView) }
    },
  })
}
