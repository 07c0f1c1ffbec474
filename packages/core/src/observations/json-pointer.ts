import { SovdError } from '@opensovd/sovd'

/**
 * The steps of a JSON pointer.
 * @throws SovdError `invalid-request` for what is none [RFC 6901 3]
 */
export function parsePointer(pointer: string): readonly string[] {
  if (pointer === '') return []
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) {
    throw new SovdError('invalid-request', `${JSON.stringify(pointer)} is no JSON pointer`, { target: 'body/path' })
  }
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** What is at the end of the steps; `undefined` when there is nothing [RFC 6901 4]. */
export function valueAt(document: unknown, steps: readonly string[]): unknown {
  let value = document
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return undefined
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(step)) return undefined
    value = Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined
  }
  return value
}
