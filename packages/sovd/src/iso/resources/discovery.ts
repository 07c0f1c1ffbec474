import { type Static, Type } from 'typebox'
import { Id, OwnSchema, Texts, UriReference } from './common.ts'
import { GenericError } from './error.ts'

export const VersionInfo = Type.Object(
  {
    sovd_info: Type.Array(
      Type.Object({
        version: Type.String(),
        base_uri: UriReference,
        vendor_info: Type.Optional(Type.Object({ name: Type.String(), version: Type.String() })),
      }),
    ),
    ...OwnSchema,
  },
  { title: 'VersionInfo' },
)

export const EntityReference = Type.Object(
  {
    id: Id,
    name: Type.String(),
    translation_id: Type.Optional(Type.String()),
    href: UriReference,
    tags: Type.Optional(Texts),
  },
  { title: 'EntityReference' },
)

export const EntityList = Type.Object(
  {
    items: Type.Array(EntityReference),
    'x-opensovd-partial': Type.Optional(
      Type.Array(Type.Object({ backend: Type.String(), error: GenericError }), {
        minItems: 1,
        description: 'the sources whose entities may be missing',
      }),
    ),
    ...OwnSchema,
  },
  { title: 'EntityList' },
)

/** The relations of one entity to others, which may be of several kinds. */
export const RelatedEntities = Type.Object(
  { items: Type.Array(EntityReference), ...OwnSchema },
  { title: 'RelatedEntities' },
)

export const ServerCapabilities = Type.Object(
  {
    id: Type.String({ description: 'empty: the server has no identifier' }),
    name: Type.String(),
    areas: Type.Optional(UriReference),
    components: Type.Optional(UriReference),
    apps: Type.Optional(UriReference),
    functions: Type.Optional(UriReference),
    updates: Type.Optional(UriReference),
    ...OwnSchema,
  },
  { title: 'ServerCapabilities' },
)

export const EntityCapabilities = Type.Object(
  {
    id: Id,
    name: Type.String(),
    translation_id: Type.Optional(Type.String()),
    variant: Type.Optional(Type.Record(Type.String(), Type.String())),
    data: Type.Optional(UriReference),
    faults: Type.Optional(UriReference),
    operations: Type.Optional(UriReference),
    modes: Type.Optional(UriReference),
    configurations: Type.Optional(UriReference),
    locks: Type.Optional(UriReference),
    logs: Type.Optional(UriReference),
    'data-lists': Type.Optional(UriReference),
    'bulk-data': Type.Optional(UriReference),
    'cyclic-subscriptions': Type.Optional(UriReference),
    triggers: Type.Optional(UriReference),
    'communication-logs': Type.Optional(UriReference),
    scripts: Type.Optional(UriReference),
    'clear-data': Type.Optional(UriReference),
    status: Type.Optional(UriReference),
    subareas: Type.Optional(UriReference),
    contains: Type.Optional(UriReference),
    subcomponents: Type.Optional(UriReference),
    hosts: Type.Optional(UriReference),
    'depends-on': Type.Optional(UriReference),
    'belongs-to': Type.Optional(Type.String({ format: 'uri-reference', description: 'the area' })),
    'is-located-on': Type.Optional(Type.String({ format: 'uri-reference', description: 'the component' })),
    ...OwnSchema,
  },
  { title: 'EntityCapabilities' },
)

export type EntityReference = Static<typeof EntityReference>
export type EntityCapabilities = Static<typeof EntityCapabilities>
