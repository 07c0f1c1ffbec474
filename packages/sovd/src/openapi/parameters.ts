import { isJsonObject, type JsonObject } from '@opensovd/base'
import { MAX_OPTION_LENGTH } from '../odata/cursor.ts'
import { ODATA_OPTIONS, type ODataOption } from '../odata/query.ts'
import type { Route } from '../route.ts'
import { type Reference, referenceTo } from './model.ts'
import type { SchemaCatalog } from './schema-catalog.ts'

const TEMPLATE_NAME = /\{(\w+)\}/g

/** The names of the parameters in a path template. */
export function parameterNamesOf(path: string): string[] {
  return [...path.matchAll(TEMPLATE_NAME)].map(([, name = '']) => name)
}

/** The parameter of a path template, described by what it identifies. */
export function pathParameter(name: string, idPattern: RegExp): JsonObject {
  const thing = name.replace(/Id$/, '').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return {
    name,
    in: 'path',
    required: true,
    description: `Identifies the ${thing}.`,
    schema: { type: 'string', pattern: idPattern.source },
  }
}

export function queryParameters(
  query: NonNullable<Route['query']>,
  catalog: SchemaCatalog,
  asArrays: boolean,
): JsonObject[] {
  const required: readonly string[] = query.required ?? []
  return Object.entries(query.properties).map(([name, property]) => {
    const { description, ...schema } = catalog.refer(property)
    return {
      name,
      in: 'query',
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      ...((asArrays ? repeatable(schema) : undefined) ?? { schema }),
    }
  })
}

/** A text or several as what it is: an array, each element a parameter of its own [17978-3 6.2.6]. */
function repeatable({ anyOf }: JsonObject): JsonObject | undefined {
  if (!Array.isArray(anyOf)) return undefined
  const array = anyOf.find((schema) => isJsonObject(schema) && schema.type === 'array')
  return array === undefined ? undefined : { style: 'form', explode: true, schema: array }
}

const text = { type: 'string', minLength: 1, maxLength: MAX_OPTION_LENGTH }
const whole = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }

const ODATA: Readonly<Record<ODataOption, { readonly description: string; readonly schema: JsonObject }>> = {
  $filter: {
    description:
      'Only items that meet a condition. Operators, from tight to loose: in, not, gt ge lt le, eq ne, and, or; ' +
      "functions: contains, startswith, endswith; text in single quotes, '' for a quote in it; nested properties with /.",
    schema: text,
  },
  $orderby: {
    description: 'Properties to sort by, separated by commas, each with asc (the default) or desc.',
    schema: text,
  },
  $select: {
    description: 'Properties to keep of each item, separated by commas; the others are left out, required or not.',
    schema: text,
  },
  $top: { description: 'How many items at most; @odata.nextLink leads to the others.', schema: whole },
  $skip: { description: 'How many items to pass over first.', schema: { ...whole, default: 0 } },
  $count: {
    description: 'Whether to tell in @odata.count how many items there are before $skip and $top.',
    schema: { type: 'boolean', default: true },
  },
}

export const ODATA_PARAMETERS: readonly Reference<'parameters'>[] = ODATA_OPTIONS.map((option) =>
  referenceTo('parameters', nameOf(option)),
)

export const IF_NONE_MATCH = referenceTo('parameters', 'If-None-Match')
export const IF_MATCH = referenceTo('parameters', 'If-Match')
export const CLIENT_ID = referenceTo('parameters', 'X-SOVD-Client-Id')

/** Every parameter that is described once for all operations, but those of the paths. */
export const SHARED_PARAMETERS: Readonly<Record<string, JsonObject>> = {
  ...Object.fromEntries(
    ODATA_OPTIONS.map((option) => [nameOf(option), { name: option, in: 'query', required: false, ...ODATA[option] }]),
  ),
  'If-None-Match': header('If-None-Match', 'Entity tags that the client has; 304 if one of them is current.'),
  'X-SOVD-Client-Id': header(
    'X-SOVD-Client-Id',
    'Who asks: the owner of locks, and the one whom they do not keep out.',
  ),
  'If-Match': header('If-Match', 'Entity tags of which one must be current, else 412.'),
}

function header(name: string, description: string): JsonObject {
  return { name, in: 'header', required: false, description, schema: { type: 'string' } }
}

/** A component's name may not contain `$`. */
function nameOf(option: ODataOption): string {
  return option.replace('$', 'odata.')
}
