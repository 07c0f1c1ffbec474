import { COLLECTION_NAMES } from './resources.ts'
import type { Rule } from './rule.ts'

const DATA_CATEGORIES: readonly string[] = ['identData', 'currentData', 'storedData', 'sysInfo']
const OF_RELEASE_1_0: readonly string[] = ['related-apps', 'related-components']
const OF_EXECUTIONS = /^(operations\|scripts)\/\*$/

/** Demands on the paths of a description. */
export const PATH_RULES: readonly Rule[] = [
  {
    id: 'path-structure',
    clause: '5.3, 5.4',
    demand: 'Paths are those of the standard, or have a part of the form x-….',
    *check({ paths }) {
      for (const { path, resource, at } of paths) {
        const parts = path.split('/')
        if (resource || parts.some((part) => part.startsWith('x-'))) continue
        const old = parts.find((part) => OF_RELEASE_1_0.includes(part))
        const why = old === undefined ? 'the standard has no such path' : `${old} is of release 1.0 only [7.6.2.3]`
        yield { at, message: why }
      }
    },
  },
  {
    id: 'name',
    clause: '6.2.2',
    demand: 'A path that is not a collection of an entity has a name, x-sovd-name.',
    *check({ paths }) {
      for (const { path, item, at } of paths) {
        const isNamed = typeof item['x-sovd-name'] === 'string'
        if (!isNamed && !COLLECTION_NAMES.has(path.split('/').at(-1) ?? '')) yield { at, message: 'has no x-sovd-name' }
      }
    },
  },
  {
    id: 'data-category',
    clause: '6.2.2, 7.9.1',
    demand: 'A data resource has a category, x-sovd-data-category: one of the standard or one of the form x-….',
    *check({ paths }) {
      for (const { resource, item, at } of paths) {
        if (resource?.resource.path !== 'data/*') continue
        const category = item['x-sovd-data-category']
        if (category === undefined) yield { at, message: 'has no x-sovd-data-category' }
        else if (!isCategory(category)) {
          yield { at: [...at, 'x-sovd-data-category'], message: `${JSON.stringify(category)} is no category` }
        }
      }
    },
  },
  {
    id: 'retention-timeout',
    clause: '7.3',
    demand: 'What creates something temporary says how long that is kept, in x-sovd-retention-timeout.',
    *check({ paths }) {
      for (const { resource, item, operations, at } of paths) {
        if (!resource?.resource.isTemporary || item['x-sovd-retention-timeout'] !== undefined) continue
        if (operations.some(({ method }) => method === 'post' || method === 'put')) {
          yield { at, message: 'has no x-sovd-retention-timeout' }
        }
      }
    },
  },
  {
    id: 'executions',
    clause: '7.14.4, 7.14.5, 7.15.7, 7.15.8',
    demand: 'An operation or a script comes with its executions and with one execution.',
    *check({ paths }) {
      const all = new Set(paths.map(({ path }) => path))
      for (const { path, resource, at } of paths) {
        if (!resource || !OF_EXECUTIONS.test(resource.resource.path)) continue
        for (const expected of [`${path}/executions`, `${path}/executions/{execution-id}`]) {
          if (!all.has(expected)) yield { at, message: `${expected} is missing` }
        }
      }
    },
  },
]

function isCategory(category: unknown): boolean {
  return typeof category === 'string' && (DATA_CATEGORIES.includes(category) || /^x-./.test(category))
}
