import { isJsonObject, type JsonObject } from '@opensovd/base'
import type { Client } from './client.ts'

export const COLLECTIONS = ['components', 'apps', 'areas', 'functions'] as const

export interface TargetEntity {
  /** Below the base: `/components/ecu`. */
  readonly path: string
  readonly collection: (typeof COLLECTIONS)[number]
  readonly id: string
  /** What it says that it has. */
  readonly capabilities: JsonObject
}

/** What the server under test has, as far as the checks need to know. */
export interface Target {
  readonly client: Client
  readonly root: JsonObject
  readonly entities: readonly TargetEntity[]
  readonly access?: Access
}

/** How the server knows who asks. */
export interface Access {
  /** With what it gives tokens. */
  readonly credentials: Credentials
  /** Sends no token. */
  readonly anonymous: Client
}

export interface Credentials {
  readonly id: string
  readonly secret: string
}

/** Entities of each collection that are looked at: enough to find what some of them have. */
const MAX_ENTITIES = 50

/**
 * Looks around on a server.
 * @throws NoAnswer
 */
export async function lookAround(client: Client, access?: Access): Promise<Target> {
  const { json } = await client.send('GET', '/')
  const entities: TargetEntity[] = []
  for (const collection of COLLECTIONS) {
    for (const id of (await idsAt(client, `/${collection}`)).slice(0, MAX_ENTITIES)) {
      const path = `/${collection}/${encodeURIComponent(id)}`
      const { status, json: capabilities } = await client.send('GET', path)
      if (status === 200 && isJsonObject(capabilities)) entities.push({ path, collection, id, capabilities })
    }
  }
  return { client, root: isJsonObject(json) ? json : {}, entities, ...(access && { access }) }
}

/** Identifiers in a list: its items are texts, or have an `id` or a `code`. */
export async function idsAt(client: Client, path: string): Promise<readonly string[]> {
  const { status, json } = await client.send('GET', path)
  return status === 200 ? idsOf(json) : []
}

export function idsOf(json: unknown): readonly string[] {
  const items = isJsonObject(json) ? json.items : json
  if (!Array.isArray(items)) return []
  return items.flatMap((item: unknown) => {
    const id = isJsonObject(item) ? (item.id ?? item.code) : item
    return typeof id === 'string' && id !== '' ? [id] : []
  })
}

/** The address of the API: where version-info says that it is, or the address itself. */
export async function findBase(client: Client): Promise<string> {
  for (const place of ['/version-info', '/../version-info']) {
    const { status, json } = await client.send('GET', new URL(`${client.base}${place}`).href)
    if (status !== 200 || !isJsonObject(json) || !Array.isArray(json.sovd_info)) continue
    const bases = json.sovd_info.flatMap((each: unknown) =>
      isJsonObject(each) && typeof each.base_uri === 'string' ? [new URL(each.base_uri, client.base).href] : [],
    )
    const same = bases.find((base) => trimmed(base) === client.base)
    const [first] = bases
    if (same !== undefined) return client.base
    if (place === '/version-info' && first !== undefined) return trimmed(first)
  }
  return client.base
}

export function trimmed(url: string): string {
  return url.replace(/\/+$/, '')
}

/** Where a server may give tokens for credentials [17978-3 5.9]. */
export const TOKEN_PATHS = ['/token', '/authorize'] as const

/** The body that asks for a token. */
export function tokenRequest({ id, secret }: Credentials): JsonObject {
  return { grant_type: 'client_credentials', client_id: id, client_secret: secret }
}

/**
 * A token for credentials; undefined when the server gives none.
 * @throws NoAnswer
 */
export async function fetchToken(client: Client, credentials: Credentials): Promise<string | undefined> {
  for (const path of TOKEN_PATHS) {
    const { status, json } = await client.send('POST', path, { body: tokenRequest(credentials) })
    if (status === 200 && isJsonObject(json) && typeof json.access_token === 'string') return json.access_token
  }
  return undefined
}
