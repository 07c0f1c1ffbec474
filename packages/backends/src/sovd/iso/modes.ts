import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import type { CallContext, ModeFacet, ModeGroup } from '@opensovd/core'
import { SovdError, type SovdErrorCode } from '@opensovd/sovd'
import type { ApiClient } from '../api-client.ts'
import { MAX_TOGETHER, mapLimited } from '../map-limited.ts'
import { segment } from '../path.ts'
import { defined, listOf, objectOf, requiredText, textOf, textsOf } from '../shape.ts'

/** What a group is said to be at when its source does not tell. */
const UNKNOWN = 'unknown'

/** With these a server says that it does not tell just now: a lock is needed first, say. */
const RETICENT: readonly SovdErrorCode[] = ['forbidden', 'not-found', 'conflict', 'locked', 'not-implemented']

/** Modes of the component at `path` [17978-3 7.16]. */
export function isoModes(api: ApiClient, path: string): ModeFacet {
  const collection = `${path}/modes`
  const mode = (id: string) => `${collection}/${segment(id)}`

  async function group(named: Named, context: CallContext): Promise<ModeGroup> {
    try {
      return await api.get(`${mode(named.id)}?include-schema=true`, context, (json) => groupOf(named, objectOf(json)))
    } catch (error) {
      if (error instanceof SovdError && RETICENT.includes(error.code)) return { ...named, value: UNKNOWN, values: [] }
      throw error
    }
  }

  return {
    list: async (context) => {
      const all = await api.get(collection, context, (json) => listOf(json, 'items', named))
      return mapLimited(all, MAX_TOGETHER, (each) => group(each, context))
    },
    set: async (groupId, value, context) =>
      api.change({ method: 'PUT', path: mode(groupId), body: { value } }, context, () => {}),
  }
}

type Named = Pick<ModeGroup, 'id' | 'name'>

function named(item: JsonObject): Named {
  return defined<Named>({ id: requiredText(item, 'id'), name: textOf(item, 'name') })
}

/** The values that a group can have are told by the schema of its value, if at all. */
function groupOf({ id, name }: Named, body: JsonObject): ModeGroup {
  const value = requiredText(body, 'value')
  const values = enumOf(body.schema) ?? [value]
  return defined<ModeGroup>({
    id,
    name: textOf(body, 'name') ?? name,
    value,
    values: values.map((each) => ({ value: each })),
  })
}

function enumOf(schema: Json | undefined): readonly string[] | undefined {
  const properties = isJsonObject(schema) ? schema.properties : undefined
  const value = isJsonObject(properties) ? properties.value : undefined
  const values = isJsonObject(value) ? textsOf(value, 'enum') : undefined
  return values?.length === 0 ? undefined : values
}
