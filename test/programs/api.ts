import { eventually } from './program.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; undefined for an empty body. */
  readonly body: unknown
}

/** One request with an optional JSON body. Rejects when there is no answer. */
export async function call(url: string, method = 'GET', body?: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
}

/** A member of a body, however deep. */
export function at(body: unknown, ...path: readonly (string | number)[]): unknown {
  let value = body
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.entries(value).find(([name]) => name === String(key))?.[1]
  }
  return value
}

/** The items of a collection. */
export function items(body: unknown): readonly unknown[] {
  const value = at(body, 'value')
  if (!Array.isArray(value)) throw new Error(`not a collection: ${JSON.stringify(body)}`)
  return value
}

/** Resolves when the gateway says that the component is in this state. */
export async function connectionState(url: string, component: string, state: string, withinMs = 10_000): Promise<void> {
  await eventually(withinMs, async () => {
    const { body } = await call(`${url}/components/${component}`)
    return at(body, 'connectionState') === state ? true : undefined
  })
}
