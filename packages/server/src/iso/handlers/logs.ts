import type { Diagnostics } from '@opensovd/core'
import { type IsoApi, SovdError } from '@opensovd/sovd'
import { handlersOf, type RequestContext } from '../../contract.ts'
import { type EntityPath, entityAt, facetAt } from '../entities.ts'
import { logEntryView, logLevelOf, logLevelView } from '../views/logs.ts'

type LogRoutes = Pick<
  IsoApi,
  'getLogs' | 'listLogEntries' | 'readLogConfiguration' | 'writeLogConfiguration' | 'resetLogConfiguration'
>

export function logHandlers({ tree, logs: book }: Diagnostics, base: string) {
  const uriOf = ({ origin }: RequestContext, { entityCollection, entityId }: EntityPath, what: string) =>
    `${origin}${base}/${entityCollection}/${encodeURIComponent(entityId)}/logs/${what}`
  const loggedEntity = (path: EntityPath) => {
    facetAt(tree, path, 'logs')
    return entityAt(tree, path)
  }

  return handlersOf<LogRoutes>({
    getLogs: ({ params }, context) => {
      facetAt(tree, params, 'logs')
      return { entries: uriOf(context, params, 'entries'), config: uriOf(context, params, 'config') }
    },

    listLogEntries: async ({ params, query: { severity } }, context) => {
      const entries = await facetAt(tree, params, 'logs').entries(severity === undefined ? {} : { severity }, context)
      const href = uriOf(context, params, 'entries')
      return { items: entries.map((entry) => logEntryView(entry, href)) }
    },

    readLogConfiguration: ({ params }) => ({ contexts: book.levels.of(loggedEntity(params)).map(logLevelView) }),

    writeLogConfiguration: ({ params, body }) => {
      book.levels.set(loggedEntity(params), body.items.map(logLevelOf))
    },

    resetLogConfiguration: ({ params }) => {
      const entity = loggedEntity(params)
      if (book.levels.reset(entity)) return
      throw new SovdError('not-found', `nothing was set for the log of ${entity.kind} '${entity.id}'`, {
        target: 'config',
      })
    },
  })
}
