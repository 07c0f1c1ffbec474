import { objectAt } from './linted-document.ts'
import type { Rule } from './rule.ts'

/** OpenAPI 3.1 and what comes after it. */
const VERSION = /^3\.([1-9]|\d\d+)\.\d+/

/** Demands on a description as a whole. */
export const DOCUMENT_RULES: readonly Rule[] = [
  {
    id: 'openapi-version',
    clause: '6.1',
    demand: 'A description is an OpenAPI document of release 3.1.0 or later.',
    *check({ root }) {
      if (typeof root.openapi === 'string' && VERSION.test(root.openapi)) return
      yield { at: ['openapi'], message: `expected 3.1.0 or later, got ${JSON.stringify(root.openapi) ?? 'nothing'}` }
    },
  },
  {
    id: 'sovd-version',
    clause: '6.2.1',
    demand: 'The info object names the release of the standard in x-sovd-version.',
    *check({ root }) {
      const version = objectAt(root, 'info')['x-sovd-version']
      if (typeof version !== 'string' || version === '') yield { at: ['info'], message: 'has no x-sovd-version' }
    },
  },
  {
    id: 'version-info',
    clause: '5.6',
    demand: 'version-info is beside the API, and no part of its description.',
    *check({ paths }) {
      for (const { path, at } of paths) {
        if (path.endsWith('/version-info')) yield { at, message: 'version-info is no resource of the API' }
      }
    },
  },
  {
    id: 'references',
    clause: '6.2',
    demand: 'A description is self-contained: every reference leads to something in it.',
    *check(document) {
      for (const [object, at] of document.everything()) {
        if (typeof object.$ref !== 'string' || document.resolve(object) !== undefined) continue
        yield { at, message: `nothing is at ${object.$ref}` }
      }
    },
  },
]
