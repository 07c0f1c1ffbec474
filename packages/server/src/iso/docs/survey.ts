import type { Json } from '@opensovd/base'
import type { EntityTree } from '@opensovd/core'
import {
  type Call,
  type DescribedResource,
  type ListedItem,
  listedItems,
  type RouteTable,
  SovdError,
} from '@opensovd/sovd'
import type { AnyHandler, RequestContext } from '../../contract.ts'
import { COLLECTIONS, entityAt } from '../entities.ts'
import { isBelow, isOpen, paramsOf, type Template, templatesOf } from './templates.ts'

/** A resource of the contract: an entity, a collection, an item of one, or what is below that. */
export interface Element extends DescribedResource {
  /** Its path in parts; a part in braces stands for any value. */
  readonly path: readonly string[]
}

/** What is known of an item beyond what its list says. */
export type ItemFacts = Omit<Partial<Element>, 'path' | 'template' | 'params' | 'name'>

/** Lists the items of a collection with what is known of them. */
export type ItemSource = (
  collection: Element,
  context: RequestContext,
) => Promise<readonly (ListedItem & { readonly facts?: ItemFacts })[]>

export interface SurveyOptions {
  readonly tree: EntityTree
  readonly table: RouteTable
  readonly handlers: Readonly<Record<string, AnyHandler>>
  /** Sources for collections whose list says less than there is to know, by the last part of their path. */
  readonly sources: Readonly<Record<string, ItemSource>>
}

/** Collections of what comes and goes with its users: their items are described as any, not one by one. */
const TEMPORARY: ReadonlySet<string> = new Set([
  'communication-logs',
  'cyclic-subscriptions',
  'data-lists',
  'executions',
  'locks',
  'triggers',
])

/** Served for the sake of others, and no part of a description: names of the release before, and access itself. */
const UNDESCRIBED: ReadonlySet<string> = new Set(['authorize', 'related-apps', 'related-components', 'token'])

/** Collections that are there whenever another one is. */
const COMPANIONS: Readonly<Record<string, string>> = { 'data-categories': 'data', 'data-groups': 'data' }

/** Says what there is in the contract by asking its own handlers, so that it knows what they know. */
export class Survey {
  readonly #options: SurveyOptions
  readonly #templates: readonly Template[]
  readonly root: Element

  constructor(options: SurveyOptions) {
    this.#options = options
    this.#templates = templatesOf(options.table)
    this.root = { path: [], template: '/', params: {}, name: 'Vehicle' }
  }

  /**
   * The element at a path.
   * @throws SovdError `not-found`; what a source fails with that has to be asked
   */
  async find(path: readonly string[], context: RequestContext): Promise<Element> {
    let element = this.root
    for (const part of path) element = await this.#child(element, part, context)
    return element
  }

  /**
   * What is one level below an element.
   * @throws SovdError what a source fails with
   */
  async children(element: Element, context: RequestContext): Promise<readonly Element[]> {
    const below = this.#templates.filter((template) => isBelow(template, element.path))
    const groups = await Promise.all(below.map((template) => this.#instances(template, element, context)))
    return groups.flat()
  }

  /** The executions that an operation or a script has, and what each of them is [17978-3 7.14.4, 7.14.5]. */
  async executions(element: Element, context: RequestContext): Promise<readonly Element[]> {
    const below = this.#templates.filter(
      ({ segments }) => segments.at(-1) === 'executions' || segments.at(-2) === 'executions',
    )
    const own = below.filter((template) => isBelow(template, element.path))
    const groups = await Promise.all(own.map((template) => this.#instances(template, element, context)))
    const deeper = await Promise.all(groups.flat().map((each) => this.executions(each, context)))
    return [...groups.flat(), ...deeper.flat()]
  }

  async #instances(template: Template, parent: Element, context: RequestContext): Promise<readonly Element[]> {
    const last = template.segments.at(-1) ?? ''
    if (!isOpen(last)) {
      return (await this.#offers(parent, template, context)) ? [elementAt(template, parent, last, titleOf(last))] : []
    }
    if (parent === this.root) {
      const names = Object.keys(COLLECTIONS)
      const linked = await this.#linksOf(parent, context)
      return names.filter((name) => name in linked).map((name) => elementAt(template, parent, name, titleOf(name)))
    }
    if (isTemporary(template)) return [elementAt(template, parent, last, titleOf(last.slice(1, -1)))]
    const items = await this.#itemsOf(parent, context)
    return items.map((item) => itemAt(template, parent, item))
  }

  async #child(parent: Element, part: string, context: RequestContext): Promise<Element> {
    const below = this.#templates.filter((template) => isBelow(template, parent.path))
    const literal = below.find(({ segments }) => segments.at(-1) === part)
    const open = below.find(({ segments }) => isOpen(segments.at(-1) ?? ''))
    if (literal && (await this.#offers(parent, literal, context)))
      return elementAt(literal, parent, part, titleOf(part))
    const found = !literal && open ? await this.#instance(open, parent, part, context) : undefined
    if (found) return found
    throw new SovdError('not-found', `there is no '${part}' at /${parent.path.join('/')}`, { target: part })
  }

  async #instance(
    template: Template,
    parent: Element,
    part: string,
    context: RequestContext,
  ): Promise<Element | undefined> {
    if (parent === this.root) {
      return Object.hasOwn(COLLECTIONS, part) ? elementAt(template, parent, part, titleOf(part)) : undefined
    }
    const [entityCollection = ''] = parent.path
    if (template.segments.at(-1) === '{entityId}') {
      const { name } = entityAt(this.#options.tree, { entityCollection, entityId: part })
      return elementAt(template, parent, part, name)
    }
    if (isTemporary(template) && this.#reader(template.path)?.row.reply.kind === 'json') {
      const element = elementAt(template, parent, part, part)
      await this.#read(element, context)
      return element
    }
    const item = (await this.#itemsOf(parent, context)).find(({ id }) => id === part)
    return item && itemAt(template, parent, item)
  }

  /** Whether an element has what the template says: it links it, where it could; else it answers when asked. */
  async #offers(parent: Element, template: Template, context: RequestContext): Promise<boolean> {
    const name = template.segments.at(-1) ?? ''
    if (UNDESCRIBED.has(name)) return false
    if (isOpen(parent.path.at(-1) ?? '')) return true
    const linked = Object.hasOwn(COMPANIONS, name) ? (COMPANIONS[name] ?? name) : name
    if (this.#linkable(parent).has(linked)) return linked in (await this.#linksOf(parent, context))
    const isOfEntity = parent.path.length === 2 && Object.hasOwn(COLLECTIONS, parent.path[0] ?? '')
    return isOfEntity || parent === this.root ? this.#answers(elementAt(template, parent, name, name), context) : true
  }

  async #answers(element: Element, context: RequestContext): Promise<boolean> {
    try {
      await this.#read(element, context)
      return true
    } catch (error) {
      if (!(error instanceof SovdError)) throw error
      return error.code !== 'not-found' && error.code !== 'not-implemented'
    }
  }

  /** Names that the body of an element can have. */
  #linkable({ template }: Element): ReadonlySet<string> {
    const reply = this.#reader(template)?.row.reply
    return new Set(
      reply?.kind === 'json' && 'properties' in reply.schema ? Object.keys(Object(reply.schema.properties)) : [],
    )
  }

  async #linksOf(element: Element, context: RequestContext): Promise<object> {
    return Object(await this.#read(element, context))
  }

  async #itemsOf(collection: Element, context: RequestContext): ReturnType<ItemSource> {
    const name = collection.path.at(-1) ?? ''
    const source = collection.path.length === 3 ? this.#options.sources[name] : undefined
    if (source) return source(collection, context)
    const { items } = (await this.#read(collection, context)) as { items?: Json }
    return listedItems(items)
  }

  /** What the contract answers to whoever reads the element. */
  async #read({ template, params }: Element, context: RequestContext): Promise<unknown> {
    const reader = this.#reader(template)
    if (!reader) return {}
    const call: unknown = { params, query: {}, body: undefined }
    return this.#options.handlers[reader.name]?.(call as Call, context)
  }

  #reader(path: string) {
    return this.#templates.find((template) => template.path === path)?.rows.GET
  }
}

function isTemporary({ segments }: Template): boolean {
  const collection = segments.at(-2) ?? ''
  return TEMPORARY.has(collection) || (isOpen(collection) && segments.length > 3)
}

function elementAt(template: Template, parent: Element, part: string, name: string): Element {
  const path = [...parent.path, part]
  return { path, template: template.path, params: paramsOf(template, path), name }
}

function itemAt(template: Template, parent: Element, item: ListedItem & { readonly facts?: ItemFacts }): Element {
  const { extensions = {}, ...facts } = item.facts ?? {}
  return {
    ...elementAt(template, parent, item.id, item.name),
    ...(item.mediaType === undefined ? {} : { mediaType: item.mediaType }),
    ...facts,
    extensions: { ...item.extensions, ...extensions },
  }
}

/** `data-lists` and `executionId` as words. */
function titleOf(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('-', ' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}
