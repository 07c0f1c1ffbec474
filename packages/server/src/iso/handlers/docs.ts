import { type CapabilityDescription, docsName } from '@opensovd/sovd'
import type { AnyHandler, RequestContext } from '../../contract.ts'
import type { Element, Survey } from '../docs/survey.ts'

export interface DocsOptions {
  readonly survey: Survey
  readonly describe: (resources: readonly Element[]) => CapabilityDescription
  /** Path templates that are described. */
  readonly templates: readonly string[]
}

/** For each path that is served: the description of what is there and one level below [17978-3 7.5]. */
export function docsHandlers({ survey, describe, templates }: DocsOptions): Readonly<Record<string, AnyHandler>> {
  const handlers = templates.map((template): readonly [string, AnyHandler] => [
    docsName(template),
    async ({ params }, context) => describe(await resourcesAt(survey, pathOf(template, params), context)),
  ])
  return Object.fromEntries(handlers)
}

async function resourcesAt(survey: Survey, path: readonly string[], context: RequestContext): Promise<Element[]> {
  const element = await survey.find(path, context)
  const resources = [element, ...(await survey.children(element, context))]
  const executions = await Promise.all(resources.map((each) => survey.executions(each, context)))
  return [...resources, ...executions.flat()]
}

function pathOf(template: string, params: Readonly<Record<string, string>>): readonly string[] {
  if (template === '/') return []
  const parts = template.slice(1).split('/')
  return parts.map((part) => (part.startsWith('{') ? (params[part.slice(1, -1)] ?? part) : part))
}
