import type { LintedMethod } from './methods.ts'

/** What the standard demands of the answer to a method. */
export interface MethodDemand {
  /** The resource may do without the method. */
  readonly optional?: true
  readonly status?: readonly number[]
  /** Attributes of the body, or of its items where it is a list. */
  readonly attributes?: readonly string[]
  readonly isList?: true
  /** Whether the request can ask for the schema of the answer [17978-3 6.2.6]. */
  readonly includeSchema?: true
}

/** A kind of resource of the standard. */
export interface Resource {
  /** Parts of its path below the entity, or below the base; `*` is any identifier, `a|b` one of several words. */
  readonly path: string
  readonly clause: string
  readonly methods: { readonly [M in LintedMethod]?: MethodDemand }
  /** What it creates ends some time after it is over [17978-3 7.3]. */
  readonly isTemporary?: true
  /** Kinds of entities that have it; absent: all. */
  readonly of?: readonly string[]
}

export interface FoundResource {
  readonly resource: Resource
  /** The collection of the entity it belongs to; absent for what belongs to the whole vehicle. */
  readonly collection?: string
}

const list = (...attributes: string[]): MethodDemand => ({ status: [200], attributes, isList: true })
const one = (...attributes: string[]): MethodDemand => ({ status: [200], attributes })
const described = (...attributes: string[]): MethodDemand => ({ ...one(...attributes), includeSchema: true })
const done: MethodDemand = { status: [204] }
const changed: MethodDemand = { status: [200, 204] }
const created: MethodDemand = { status: [201], attributes: ['id'] }
const accepted: MethodDemand = { status: [202] }
const optional = (demand: MethodDemand): MethodDemand => ({ ...demand, optional: true })
const reference = ['id', 'name', 'href']

const OF_VEHICLE: readonly Resource[] = [
  { path: '', clause: '7.6.3', methods: { get: described('id', 'name') } },
  { path: 'areas|components|apps|functions', clause: '7.6.2.1', methods: { get: list(...reference) } },
  { path: 'updates', clause: '7.18', isTemporary: true, methods: { get: one('items'), post: optional(created) } },
  { path: 'updates/*', clause: '7.18', methods: { get: described('update_name', 'size'), delete: optional(done) } },
  { path: 'updates/*/automated|prepare|execute', clause: '7.18', isTemporary: true, methods: { put: accepted } },
  { path: 'updates/*/status', clause: '7.18', methods: { get: one('phase', 'status') } },
]

const subscribed = { ...created, includeSchema: true } as const

const OF_ENTITIES: readonly Resource[] = [
  { path: '', clause: '7.6.3', methods: { get: described('id', 'name') } },
  { path: 'subareas', clause: '7.6.2.2', of: ['areas'], methods: { get: list(...reference) } },
  { path: 'subcomponents', clause: '7.6.2.2', of: ['components'], methods: { get: list(...reference) } },
  { path: 'contains', clause: '7.6.2.4', of: ['areas'], methods: { get: list(...reference) } },
  { path: 'hosts', clause: '7.6.2.4', of: ['components'], methods: { get: list(...reference) } },
  {
    path: 'depends-on',
    clause: '7.6.2.4',
    of: ['components', 'apps', 'functions'],
    methods: { get: list(...reference) },
  },
  { path: 'faults', clause: '7.8.2', methods: { get: list('code', 'fault_name'), delete: done } },
  { path: 'faults/*', clause: '7.8.3', methods: { get: described('item'), delete: optional(done) } },
  { path: 'data-categories', clause: '7.9.2.1', methods: { get: list('item') } },
  { path: 'data-groups', clause: '7.9.2.2', methods: { get: list('id', 'category') } },
  { path: 'data', clause: '7.9.3', methods: { get: list('id', 'name', 'category') } },
  { path: 'data/*', clause: '7.9.4', methods: { get: described('id', 'data'), put: optional(done) } },
  { path: 'data-lists', clause: '7.9.5', methods: { get: list('id', 'items'), post: created } },
  { path: 'data-lists/*', clause: '7.9.5.3', methods: { get: described('id', 'items'), delete: done } },
  { path: 'cyclic-subscriptions', clause: '7.10', isTemporary: true, methods: { get: one(), post: subscribed } },
  { path: 'cyclic-subscriptions/*', clause: '7.10', methods: { get: described('id'), put: changed, delete: done } },
  { path: 'cyclic-subscriptions/*/*', clause: '7.10', methods: { get: {} } },
  { path: 'triggers', clause: '7.11', isTemporary: true, methods: { get: one(), post: subscribed } },
  { path: 'triggers/*', clause: '7.11', methods: { get: described('id'), put: changed, delete: done } },
  { path: 'triggers/*/*', clause: '7.11', methods: { get: {} } },
  { path: 'configurations', clause: '7.12', methods: { get: list('id', 'name', 'type') } },
  {
    path: 'configurations/*',
    clause: '7.12',
    methods: { get: { status: [200], includeSchema: true }, put: optional(done) },
  },
  { path: 'clear-data', clause: '7.13', methods: { get: one('status') } },
  { path: 'clear-data/status', clause: '7.13', methods: { get: described('status') } },
  { path: 'clear-data/cached-data|learned-data|client-defined-resources', clause: '7.13', methods: { put: accepted } },
  {
    path: 'operations|scripts',
    clause: '7.14.3',
    methods: { get: list('id', 'proximity_proof_required'), post: optional(created) },
  },
  { path: 'operations|scripts/*', clause: '7.14.5', methods: { get: described('item'), delete: optional(done) } },
  {
    path: 'operations|scripts/*/executions',
    clause: '7.14.4',
    isTemporary: true,
    methods: { get: one('items'), post: { status: [202, 200] } },
  },
  {
    path: 'operations|scripts/*/executions/*',
    clause: '7.14.7',
    methods: { get: described(), put: { status: [202, 204] }, delete: optional(done) },
  },
  { path: 'modes', clause: '7.16.2', methods: { get: list('id') } },
  {
    path: 'modes/*',
    clause: '7.16.3',
    methods: { get: described('value'), put: { ...one('id', 'value'), includeSchema: true } },
  },
  { path: 'locks', clause: '7.17', methods: { get: list('id', 'owned'), post: created } },
  { path: 'locks/*', clause: '7.17', methods: { get: one('lock_expiration', 'owned'), put: done, delete: done } },
  { path: 'status', clause: '7.19', methods: { get: one('status') } },
  { path: 'status/start|restart|force-restart|shutdown|force-shutdown', clause: '7.19', methods: { put: accepted } },
  { path: 'bulk-data', clause: '7.20', methods: { get: one('items') } },
  {
    path: 'bulk-data/*',
    clause: '7.20',
    methods: {
      get: { ...list('id', 'mimetype'), includeSchema: true },
      post: optional(created),
      delete: optional({ status: [200] }),
    },
  },
  { path: 'bulk-data/*/*', clause: '7.20', methods: { get: {}, delete: optional(done) } },
  { path: 'logs', clause: '7.21', methods: { get: one('entries') } },
  {
    path: 'logs/entries',
    clause: '7.21',
    methods: { get: { ...list('timestamp', 'context', 'severity', 'msg'), includeSchema: true } },
  },
  { path: 'logs/config', clause: '7.21', methods: { get: one(), put: done, delete: optional(done) } },
  { path: 'communication-logs', clause: '7.22', methods: { get: one(), post: { status: [201, 200] } } },
  { path: 'communication-logs/*', clause: '7.22', methods: { get: one('id', 'status'), put: done, delete: done } },
  { path: 'communication-logs/*/*', clause: '7.22', methods: { get: {} } },
]

const COLLECTIONS: readonly string[] = ['areas', 'components', 'apps', 'functions']
const NESTED: Readonly<Record<string, string>> = { subareas: 'areas', subcomponents: 'components' }
const DOCS: Resource = { path: 'docs', clause: '7.5.2', methods: { get: {} } }

/** What the standard has at a path below the base, if anything. */
export function resourceAt(path: string): FoundResource | undefined {
  if (!path.startsWith('/')) return undefined
  const parts = path === '/' ? [] : path.slice(1).split('/')
  if (parts.includes('')) return undefined
  if (parts.at(-1) === 'docs') return { resource: DOCS }
  const [collection = ''] = parts
  if (!COLLECTIONS.includes(collection) || parts.length < 2) return found(OF_VEHICLE, parts)
  let own = parts.slice(2)
  while (NESTED[own[0] ?? ''] === collection && own.length > 1) own = own.slice(2)
  const { resource } = found(OF_ENTITIES, own) ?? {}
  return resource && (resource.of?.includes(collection) ?? true) ? { resource, collection } : undefined
}

function found(resources: readonly Resource[], parts: readonly string[]): FoundResource | undefined {
  const resource = resources.find((each) => matches(each.path === '' ? [] : each.path.split('/'), parts))
  return resource && { resource }
}

function matches(pattern: readonly string[], parts: readonly string[]): boolean {
  return pattern.length === parts.length && pattern.every((words, at) => fits(words, parts[at] ?? ''))
}

function fits(words: string, part: string): boolean {
  return words === '*' || words.split('|').includes(part)
}

/** Last parts of paths that name a collection: the resource they are of has no name of its own [17978-3 6.2.2]. */
export const COLLECTION_NAMES: ReadonlySet<string> = new Set([
  'bulk-data',
  'clear-data',
  'communication-logs',
  'configurations',
  'cyclic-subscriptions',
  'data',
  'data-categories',
  'data-groups',
  'data-lists',
  'faults',
  'locks',
  'logs',
  'modes',
  'operations',
  'scripts',
  'status',
  'triggers',
  'updates',
])
