import type { Diagnostics } from '@opensovd/core'
import {
  type Call,
  createDescriber,
  type DescribedResource,
  docsRoutes,
  ISO_VERSION,
  type RouteTable,
  type SecuritySchemes,
} from '@opensovd/sovd'
import type { AnyHandler } from '../../contract.ts'
import { docsHandlers } from '../handlers/docs.ts'
import { type EntityLinks, itemSources } from './sources.ts'
import { Survey } from './survey.ts'
import { templatesOf } from './templates.ts'

export interface ContractDocsOptions {
  readonly diagnostics: Diagnostics
  readonly serverName: string
  readonly serverVersion: string
  /** Prefix of the contract, without a trailing slash. */
  readonly base: string
  /** The rows that are described, and who answers them. */
  readonly table: RouteTable
  /** What clients must show; absent: nothing. */
  readonly security?: SecuritySchemes
  readonly handlers: Readonly<Record<string, AnyHandler>>
}

/** The rows and handlers that describe those of a contract; what they need is made when it is first asked for. */
export function contractDocs(options: ContractDocsOptions) {
  const { diagnostics, serverName, serverVersion, base, table, security, handlers } = options
  const entityLinks: EntityLinks = async (params, context) => {
    const call: unknown = { params, query: {}, body: undefined }
    return Object(await handlers.getEntity?.(call as Call, context))
  }
  const sources = itemSources(diagnostics, entityLinks)
  const survey = new Survey({ tree: diagnostics.tree, table, handlers, sources })
  const info = { title: serverName, version: serverVersion, description: `Capabilities of ${serverName}` }
  const retentionSeconds = {
    executions: Math.ceil(diagnostics.executions.retentionMs / 1000),
    'data-lists': Math.ceil(diagnostics.dataLists.retainMs / 1000),
    'cyclic-subscriptions': Math.ceil(diagnostics.events.subscriptions.retainMs / 1000),
    triggers: Math.ceil(diagnostics.events.triggers.retainMs / 1000),
  }
  let describer: ReturnType<typeof createDescriber> | undefined
  const describe = (resources: readonly DescribedResource[]) => {
    describer ??= createDescriber(table, {
      base,
      info,
      sovdVersion: ISO_VERSION,
      retentionSeconds,
      ...(security && { security }),
    })
    return describer(resources)
  }
  const templates = templatesOf(table).map(({ path }) => path)
  return { survey, describe, table: docsRoutes(table), handlers: docsHandlers({ survey, describe, templates }) }
}
