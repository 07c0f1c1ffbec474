import { hash } from 'node:crypto'
import type { Json } from '@opensovd/base'
import {
  type CallContext,
  type ConfigurationFacet,
  type ConfigurationItem,
  type Diagnostics,
  unsupported,
} from '@opensovd/core'
import { ByteContent, bodySchema, ISO_API, type IsoApi, SovdError, Upload } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { mediaTypeOf, requireAcceptable } from '../../http/accept.ts'
import { type EntityPath, entityAt, facetAt, missing } from '../entities.ts'
import { wantsSchema } from '../include-schema.ts'
import { hasTag } from '../tags.ts'
import { configurationView } from '../views/configurations.ts'

type ConfigurationRoutes = Pick<IsoApi, 'listConfigurations' | 'readConfiguration' | 'writeConfiguration'>

type ConfigurationPath = EntityPath & { readonly configurationId: string }

const JSON_TYPE = 'application/json'
/** What a bulk configuration is whose source does not tell, and what any may be sent as. */
const BYTES_TYPE = 'application/octet-stream'
/** A configuration is written as a whole. */
const MAX_BYTES = 16 * 1024 * 1024

export function configurationHandlers({ tree }: Diagnostics) {
  return handlersOf<ConfigurationRoutes>({
    listConfigurations: async ({ params, query }, context) => {
      const items = await itemsOf(facetAt(tree, params, 'configurations'), context)
      return { items: items.filter(({ tags }) => hasTag(query.tags, tags)).map(configurationView) }
    },

    readConfiguration: async ({ params, query }, context) => {
      const configurations = facetAt(tree, params, 'configurations')
      const id = params.configurationId
      const item = await itemAt(configurations, params, context)
      if (item?.type === 'bulk') {
        const { readBulk } = configurations
        if (!readBulk) throw unsupported(entityAt(tree, params), 'reading bulk configurations')
        const contentType = item.contentType ?? BYTES_TYPE
        requireAcceptable(context.accept, contentType)
        return contentOf(await readBulk(id, context), contentType)
      }
      requireAcceptable(context.accept, JSON_TYPE)
      const data = await parameterAt(configurations, params, context)
      return { id, data, ...(wantsSchema(query) ? { schema: SCHEMA } : {}) }
    },

    writeConfiguration: async ({ params, body }, context) => {
      const configurations = facetAt(tree, params, 'configurations')
      const id = params.configurationId
      const item = await itemAt(configurations, params, context)
      if (item?.type === 'bulk') {
        const { writeBulk } = configurations
        if (!writeBulk) throw unsupported(entityAt(tree, params), 'writing bulk configurations')
        await writeBulk(id, await bytesOf(body, item), context)
        return
      }
      if (body instanceof Upload) throw unsupportedType(JSON_TYPE)
      if (!configurations.write) throw unsupported(entityAt(tree, params), 'writing configurations')
      await configurations.write(id, body.data as Json, context)
    },
  })
}

const SCHEMA = bodySchema(ISO_API.readConfiguration.reply.schema)

async function itemsOf(
  configurations: ConfigurationFacet,
  context: CallContext,
): Promise<readonly ConfigurationItem[]> {
  if (configurations.list) return configurations.list(context)
  const names = Object.keys(await configurations.readAll(context))
  return names.map((name) => ({ id: name, name, type: 'parameter' }))
}

/** What is known of a configuration; nothing where the source does not list them: then it is a parameter. */
async function itemAt(
  configurations: ConfigurationFacet,
  path: ConfigurationPath,
  context: CallContext,
): Promise<ConfigurationItem | undefined> {
  if (!configurations.list) return undefined
  const item = (await configurations.list(context)).find(({ id }) => id === path.configurationId)
  if (item) return item
  throw missing('configuration', path.configurationId, path)
}

async function parameterAt(
  configurations: ConfigurationFacet,
  path: ConfigurationPath,
  context: CallContext,
): Promise<Json> {
  const id = path.configurationId
  if (configurations.read) return configurations.read(id, context)
  const parameters = await configurations.readAll(context)
  const data = Object.hasOwn(parameters, id) ? parameters[id] : undefined
  if (data === undefined) throw missing('configuration', id, path)
  return data
}

function contentOf(bytes: Uint8Array, contentType: string): ByteContent {
  const open: ByteContent['options']['open'] = async function* (range) {
    yield range ? bytes.subarray(range.start, range.end) : bytes
  }
  const digest = hash('sha256', bytes, 'buffer')
  const tags = { tag: digest.toString('hex'), sha256: digest.toString('base64') }
  return new ByteContent({ contentType, size: bytes.length, ...tags, open })
}

async function bytesOf(body: unknown, { contentType = BYTES_TYPE }: ConfigurationItem): Promise<Uint8Array> {
  if (!(body instanceof Upload)) throw unsupportedType(contentType)
  const sent = mediaTypeOf(body.options.contentType)
  if (sent !== mediaTypeOf(contentType) && sent !== BYTES_TYPE) throw unsupportedType(contentType)
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body.options.content) {
    length += part.length
    if (length > MAX_BYTES) throw new SovdError('content-too-large', `a configuration has at most ${MAX_BYTES} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function unsupportedType(expected: string): SovdError {
  return new SovdError('unsupported-media-type', `the body must be ${expected}`, { target: 'body' })
}
