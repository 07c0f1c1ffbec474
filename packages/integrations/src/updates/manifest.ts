import type { Json } from '@opensovd/base'
import { ENTITY_ID } from '@opensovd/sovd'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

const ID = ENTITY_ID.source
const text = Type.Optional(Type.String({ maxLength: 10_000 }))

/** A file that lies beside the manifest, or was uploaded for a component. */
const Payload = Type.Object(
  {
    file: Type.Optional(Type.String({ pattern: ID, description: 'name of a file beside the manifest' })),
    bulk_data: Type.Optional(
      Type.Object(
        { category: Type.String({ pattern: ID }), id: Type.String({ pattern: ID }) },
        { additionalProperties: false },
      ),
    ),
    size: Type.Integer({ minimum: 0 }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  },
  { additionalProperties: false },
)

const Part = Type.Object(
  {
    component: Type.String({ pattern: ID }),
    payload: Payload,
    install: Type.Union([
      Type.Object(
        { kind: Type.Literal('file'), name: Type.String({ pattern: ID }) },
        { additionalProperties: false, description: 'put into the folder of the component' },
      ),
      Type.Object(
        {
          kind: Type.Literal('operation'),
          operation: Type.String({ pattern: ID }),
          parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
          payload_parameter: Type.Optional(Type.String({ default: 'data' })),
        },
        { additionalProperties: false, description: 'given to an operation of the component, in Base64' },
      ),
    ]),
  },
  { additionalProperties: false },
)

/** What an update is made of, as JSON beside its files. */
export const Manifest = Type.Object(
  {
    id: Type.Optional(Type.String({ pattern: ID })),
    update_name: Type.String({ minLength: 1 }),
    version: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$' }),
    origin: Type.Optional(Type.Enum(['remote', 'proximity'])),
    automated: Type.Optional(Type.Boolean()),
    notes: text,
    user_activity: text,
    preconditions: text,
    execution_conditions: text,
    duration: Type.Optional(Type.Number({ minimum: 0 })),
    affected_components: Type.Optional(Type.Array(Type.String({ pattern: ID }))),
    parts: Type.Array(Part, { minItems: 1, maxItems: 256 }),
  },
  { additionalProperties: false },
)

export type Manifest = Static<typeof Manifest>
export type ManifestPart = Static<typeof Part>

const validator = Compile(Manifest)

/** The manifest, or all that is wrong with it. */
export function checkManifest(json: Json): Manifest | readonly string[] {
  if (!validator.Check(json)) {
    return validator.Errors(json).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
  }
  const wrong = json.parts.flatMap(({ payload: { file, bulk_data } }, index) =>
    (file === undefined) === (bulk_data === undefined)
      ? [`/parts/${index}/payload must have one of file and bulk_data`]
      : [],
  )
  return wrong.length > 0 ? wrong : json
}
