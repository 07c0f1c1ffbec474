import { type Static, Type } from 'typebox'
import { AnyJson, Id } from './common.ts'

export const ServerInfo = Type.Object(
  {
    serverName: Type.String(),
    serverVersion: Type.String(),
    sovdVersion: Type.String(),
    description: Type.String(),
    supportedProtocols: Type.Array(Type.String()),
  },
  { title: 'ServerInfo' },
)

export const VersionInfo = Type.Object(
  {
    sovdVersion: Type.String(),
    serverVersion: Type.String(),
    apiVersions: Type.Array(
      Type.Object({ version: Type.String(), url: Type.String(), status: Type.Enum(['active', 'deprecated']) }),
    ),
  },
  { title: 'VersionInfo' },
)

export const Metadata = Type.Object(
  {
    $schema: Type.String(),
    sovdVersion: Type.String(),
    entityTypes: Type.Record(
      Type.String(),
      Type.Object({ properties: Type.Record(Type.String(), AnyJson), key: Type.Array(Type.String()) }),
    ),
    collections: Type.Record(Type.String(), Type.String()),
  },
  { title: 'Metadata' },
)

export const ApiDocument = Type.Record(Type.String(), AnyJson, {
  title: 'ApiDocument',
  description: 'an OpenAPI 3.1 document',
})

export const CONNECTION_STATES = ['connected', 'disconnected', 'connecting', 'error'] as const

export const Component = Type.Object(
  {
    id: Id,
    name: Type.String(),
    category: Type.String(),
    description: Type.Optional(Type.String()),
    connectionState: Type.Enum([...CONNECTION_STATES]),
    softwareVersion: Type.Optional(Type.String()),
    hardwareVariant: Type.Optional(Type.String()),
    installationVariant: Type.Optional(Type.String()),
  },
  { title: 'Component' },
)

export const Group = Type.Object(
  { id: Id, name: Type.String(), description: Type.Optional(Type.String()), componentIds: Type.Array(Id) },
  { title: 'Group' },
)

export const Capabilities = Type.Object(
  {
    componentId: Id,
    supportedCategories: Type.Array(Type.String()),
    dataCount: Type.Integer({ minimum: 0 }),
    operationCount: Type.Integer({ minimum: 0 }),
    features: Type.Array(Type.String()),
  },
  { title: 'Capabilities' },
)

export const VariantQuery = Type.Object({
  variant: Type.Optional(Type.String({ description: 'exact installationVariant' })),
  softwareVersion: Type.Optional(Type.String({ description: 'exact softwareVersion' })),
  hardwareVariant: Type.Optional(Type.String({ description: 'exact hardwareVariant' })),
})

export type Component = Static<typeof Component>
export type Group = Static<typeof Group>
export type Capabilities = Static<typeof Capabilities>
