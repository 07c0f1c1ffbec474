import type { Json } from '@opensovd/base'
import type { LintedDocument, LintedOperation, LintedPath } from './linted-document.ts'
import { objectAt } from './linted-document.ts'
import type { MethodDemand } from './resources.ts'
import type { Complaint, Rule } from './rule.ts'

const VALUES: readonly string[] = ['data/*', 'configurations/*']
const FAILURE = /^([45]\d\d|[45]XX|default)$/i

/** Demands on the operations of a description. */
export const OPERATION_RULES: readonly Rule[] = [
  {
    id: 'standard-operations',
    clause: '7.5 to 7.22',
    demand: 'A resource has the methods of the standard, which answer with its statuses and attributes.',
    *check(document) {
      for (const linted of document.paths) yield* complaintsAbout(document, linted)
    },
  },
  {
    id: 'location',
    clause: '6.2.5',
    demand: 'An answer of 201 or 202 to POST or PUT says in Location where to find what came of it.',
    *check(document) {
      for (const { operations } of document.paths) {
        for (const operation of operations) {
          if (operation.method !== 'post' && operation.method !== 'put') continue
          for (const [status, response] of document.responses(operation)) {
            const names = Object.keys(objectAt(response, 'headers')).map((name) => name.toLowerCase())
            if (!/^20[12]$/.test(status) || names.includes('location')) continue
            yield { at: [...operation.at, 'responses', status], message: 'has no Location header' }
          }
        }
      }
    },
  },
  {
    id: 'include-schema',
    clause: '6.2.6',
    demand: 'Where the schema of an answer can be asked for, the query parameter include-schema is described.',
    *check(document) {
      for (const linted of document.paths) {
        for (const operation of linted.operations) {
          if (!linted.resource?.resource.methods[operation.method]?.includeSchema) continue
          const names = document.parameters(linted, operation).map(({ name }) => name)
          if (!names.includes('include-schema')) yield { at: operation.at, message: 'has no parameter include-schema' }
        }
      }
    },
  },
  {
    id: 'query-arrays',
    clause: '6.2.6',
    demand: 'Query parameters that are arrays have the style form, each element a parameter of its own.',
    *check(document) {
      for (const linted of document.paths) {
        for (const operation of linted.operations) {
          for (const { name, in: place, schema, style = 'form', explode = true } of document.parameters(
            linted,
            operation,
          )) {
            if (place !== 'query' || document.object(schema).type !== 'array') continue
            if (style === 'form' && explode === true) continue
            yield { at: operation.at, message: `${name} has not the style form, or does not explode` }
          }
        }
      }
    },
  },
  {
    id: 'error-body',
    clause: '5.8.3',
    demand: 'Errors have an error_code and a message; those about parts of a value have a path and an error.',
    *check(document) {
      for (const linted of document.paths) {
        for (const operation of linted.operations) yield* wrongErrors(document, linted, operation)
      }
    },
  },
]

function* complaintsAbout(document: LintedDocument, { resource, operations, at }: LintedPath): Generator<Complaint> {
  for (const [method, demand] of Object.entries(resource?.resource.methods ?? {})) {
    const operation = operations.find((each) => each.method === method)
    if (!operation) {
      if (!demand.optional) yield { at, message: `has no ${method.toUpperCase()} [${resource?.resource.clause}]` }
      continue
    }
    const statuses = demand.status ?? []
    const answers = document.responses(operation).filter(([status]) => statuses.includes(Number(status)))
    if (statuses.length > 0 && answers.length === 0) {
      yield {
        at: [...operation.at, 'responses'],
        message: `has no ${statuses.join(' or ')} [${resource?.resource.clause}]`,
      }
    }
    const [first] = answers
    if (first)
      yield* missingAttributes(document, demand, document.jsonSchema(first[1]), [
        ...operation.at,
        'responses',
        first[0],
      ])
  }
}

function* missingAttributes(
  document: LintedDocument,
  { attributes = [], isList }: MethodDemand,
  schema: Json | undefined,
  at: readonly string[],
): Generator<Complaint> {
  if (attributes.length === 0) return
  if (schema === undefined) {
    yield { at, message: 'has no JSON body with a schema' }
    return
  }
  const own = document.properties(schema)
  if (isList && document.object(own.items).type !== 'array') {
    yield { at, message: 'has no items, which are an array' }
    return
  }
  const properties = isList ? document.properties(document.object(own.items).items) : own
  for (const attribute of attributes) {
    if (!Object.hasOwn(properties, attribute)) yield { at, message: `has no attribute ${attribute}` }
  }
}

function* wrongErrors(document: LintedDocument, linted: LintedPath, operation: LintedOperation): Generator<Complaint> {
  const isValue = VALUES.includes(linted.resource?.resource.path ?? '')
  for (const [status, response] of document.responses(operation)) {
    const schema = document.jsonSchema(response)
    if (schema === undefined) continue
    const at = [...operation.at, 'responses', status]
    const properties = document.properties(schema)
    if (FAILURE.test(status)) {
      if (isError(properties) || (isValue && status === '400' && isPart(properties))) continue
      yield { at, message: 'has no error_code or no message' }
    } else if (isValue && status === '200' && properties.errors !== undefined) {
      if (!isPart(document.properties(document.object(properties.errors).items))) {
        yield { at, message: 'has errors without path or error' }
      }
    }
  }
}

function isError(properties: object): boolean {
  return 'error_code' in properties && 'message' in properties
}

function isPart(properties: object): boolean {
  return 'path' in properties && 'error' in properties
}
