import type { SchemaNode } from './schema-node.ts'

/** Why a value is not what a schema without inner values wants; undefined when it is. */
export function complaintAbout(schema: SchemaNode, value: unknown): string | undefined {
  const got = schema.writeOnly ? 'got something else' : `got ${show(value)}`
  if (schema.const !== undefined) {
    return value === schema.const ? undefined : `expected ${JSON.stringify(schema.const)}, ${got}`
  }
  if (schema.enum) return schema.enum.includes(value) ? undefined : `expected ${listOf(schema.enum)}, ${got}`
  const type = TYPES[schema.type ?? '']
  if (type && !type.has(value)) {
    const hint = schema.type === 'string' && typeof value === 'number' ? '; put it in quotes' : ''
    return `expected ${type.name}, ${got}${hint}`
  }
  if (typeof value === 'number') return complaintAboutNumber(schema, value)
  return typeof value === 'string' ? complaintAboutText(schema, value) : undefined
}

const TYPES: Readonly<Record<string, { readonly name: string; readonly has: (value: unknown) => boolean }>> = {
  string: { name: 'a text', has: (value) => typeof value === 'string' },
  boolean: { name: 'true or false', has: (value) => typeof value === 'boolean' },
  integer: { name: 'an integer', has: Number.isSafeInteger },
  number: { name: 'a number', has: Number.isFinite },
}

function complaintAboutNumber(schema: SchemaNode, value: number): string | undefined {
  const { minimum, exclusiveMinimum, maximum, multipleOf } = schema
  if (minimum !== undefined && value < minimum) return `must be at least ${minimum}, got ${value}`
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) {
    return `must be above ${exclusiveMinimum}, got ${value}`
  }
  if (maximum !== undefined && value > maximum) return `must be at most ${maximum}, got ${value}`
  if (multipleOf !== undefined && value % multipleOf !== 0) return `must be a multiple of ${multipleOf}, got ${value}`
  return undefined
}

function complaintAboutText(schema: SchemaNode, value: string): string | undefined {
  const { minLength = 0, maxLength, pattern, writeOnly } = schema
  if (value.length < minLength) return 'must not be empty'
  if (maxLength !== undefined && value.length > maxLength) return `must have at most ${maxLength} characters`
  if (pattern === undefined || new RegExp(pattern, 'u').test(value)) return undefined
  return `must match ${pattern}${writeOnly ? '' : `, got ${show(value)}`}`
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value for people, cut where it is long. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (isRecord(value)) return 'an object'
  const text = JSON.stringify(typeof value === 'bigint' ? String(value) : value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** `"a", "b" or "c"`; plain texts stay as they are. */
export function listOf(values: readonly unknown[]): string {
  const texts = values.map(String)
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`
}
