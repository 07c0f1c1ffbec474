import { isJsonObject, isNestedDeeper, type Json, parseJson } from '@opensovd/base'

/** What a script's process says, a JSON text a line. Whoever wrote the script wrote these: nothing in them is certain. */
export type FromScript =
  | { readonly kind: 'call'; readonly call: number; readonly method: string; readonly args: readonly Json[] }
  | { readonly kind: 'log'; readonly message: string }
  | { readonly kind: 'result'; readonly value?: Json }
  | { readonly kind: 'error'; readonly message: string }

/** What it is told, a JSON text a line. */
export type ToScript =
  | {
      readonly kind: 'start'
      readonly url: string
      readonly entity: { readonly kind: string; readonly id: string }
      readonly parameters?: Json
      readonly workFolder?: string
    }
  | { readonly kind: 'answer'; readonly call: number; readonly value?: Json }
  | { readonly kind: 'refusal'; readonly call: number; readonly code: string; readonly message: string }
  | { readonly kind: 'stop' }

const MAX_DEPTH = 64
const MAX_MESSAGE = 4096

/** What a line says; undefined for one that says nothing. */
export function messageFrom(line: string): FromScript | undefined {
  if (isNestedDeeper(line, MAX_DEPTH)) return undefined
  let said: Json
  try {
    said = parseJson(line)
  } catch {
    return undefined
  }
  if (!isJsonObject(said)) return undefined
  const { kind, call, method, args, message, value } = said
  switch (kind) {
    case 'call':
      return typeof call === 'number' && typeof method === 'string' && isList(args)
        ? { kind, call, method, args }
        : undefined
    case 'log':
    case 'error':
      return typeof message === 'string' ? { kind, message: message.slice(0, MAX_MESSAGE) } : undefined
    case 'result':
      return { kind, ...(value === undefined ? {} : { value }) }
    default:
      return undefined
  }
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}
