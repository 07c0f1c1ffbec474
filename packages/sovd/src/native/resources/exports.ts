import { Type } from 'typebox'
import { AnyJson, Id, PartialFailureBody, Timestamp } from './common.ts'
import { DataItem } from './data.ts'

const head = {
  _meta: Type.Literal(true),
  exportedAt: Timestamp,
  serverVersion: Type.String(),
  schemaVersion: Type.String(),
}

export const SnapshotHead = Type.Object(
  { ...head, exportType: Type.Literal('component-snapshot'), componentId: Id },
  { title: 'SnapshotHead' },
)

const { id, name, access, dataType, unit, semanticRef, normalRange, samplingHint, classificationTags } =
  DataItem.properties

export const SnapshotItem = Type.Object(
  {
    id,
    name,
    componentId: Id,
    dataType,
    access,
    value: Type.Optional(AnyJson),
    unit,
    semanticRef,
    normalRange,
    samplingHint,
    classificationTags,
    '@sovd.outsideNormalRange': Type.Optional(
      Type.Literal(true, { description: 'there where the value lies outside normalRange' }),
    ),
  },
  {
    title: 'SnapshotItem',
    description: 'a data item; value is all that reading it gives, absent if it cannot be read',
  },
)

export const UnixMs = Type.String({ pattern: '^[0-9]{1,15}$', description: 'milliseconds since 1970' })

export const FaultExportHead = Type.Object(
  {
    ...head,
    exportType: Type.Literal('fault-export'),
    componentFirmwareVersions: Type.Array(Type.Object({ componentId: Id, softwareVersion: Type.String() })),
    timeRange: Type.Null({ description: 'all that is stored now' }),
    '@sovd.partial': Type.Optional(Type.Array(PartialFailureBody, { minItems: 1 })),
  },
  { title: 'FaultExportHead' },
)
