import { isJsonObject, type JsonObject, pick } from '@opensovd/base'
import { type CallContext, changeMode, type Diagnostics, type ModeGroup } from '@opensovd/core'
import { bodySchema, ISO_API, type IsoApi } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { type EntityPath, entityAt, facetAt, missing } from '../entities.ts'
import { wantsSchema } from '../include-schema.ts'
import { hasTag } from '../tags.ts'

type ModeRoutes = Pick<IsoApi, 'listModes' | 'readMode' | 'changeMode'>

type ModePath = EntityPath & { readonly modeId: string }

/** A mode whose name the standard itself spells in two ways. */
const OTHER_SPELLINGS: Readonly<Record<string, string>> = { 'comm-ctrl': 'commctrl', commctrl: 'comm-ctrl' }

export function modeHandlers(diagnostics: Diagnostics) {
  const { tree } = diagnostics
  const modeAt = async (path: ModePath, context: CallContext): Promise<ModeGroup> => {
    const groups = await facetAt(tree, path, 'modes').list(context)
    const withId = (id: string | undefined) => groups.find((group) => group.id === id)
    const group = withId(path.modeId) ?? withId(OTHER_SPELLINGS[path.modeId])
    if (!group) throw missing('mode', path.modeId, path)
    return group
  }

  return handlersOf<ModeRoutes>({
    listModes: async ({ params, query }, context) => {
      const groups = await facetAt(tree, params, 'modes').list(context)
      return { items: groups.filter(() => hasTag(query.tags)).map((group) => pick(group, ['id', 'name'])) }
    },

    readMode: async ({ params, query }, context) => {
      const group = await modeAt(params, context)
      return { ...pick(group, ['name', 'value']), ...(wantsSchema(query) ? { schema: schemaOf(group) } : {}) }
    },

    changeMode: async ({ params, body }, context) => {
      facetAt(tree, params, 'modes')
      const entity = entityAt(tree, params)
      const { id } = await modeAt(params, context)
      const { value, mode_expiration: seconds } = body
      const parameters = pick(body, ['key', 'parameters']) as JsonObject
      const setting = {
        groupId: id,
        value,
        ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
        ...(seconds === undefined ? {} : { expiresAfterMs: seconds * 1000 }),
      }
      const { seed } = await changeMode(diagnostics, entity, setting, context)
      return { id, value, ...(isJsonObject(seed) ? { seed } : {}) }
    },
  })
}

/** Names the values that the mode can have, where its source tells them. */
function schemaOf({ value, values }: ModeGroup): object {
  const known = values.map((each) => each.value)
  const narrower = known.includes(value) ? { value: { type: 'string', enum: known } } : {}
  return bodySchema(ISO_API.readMode.reply.schema, narrower)
}
