import { Type } from 'typebox'
import { AnyJson, Id, PartialFailureBody, Timestamp } from './common.ts'
import { DataItem } from './data.ts'
import { Fault } from './fault.ts'

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
    exportType: Type.Enum(['fault-export', 'fault-history-export']),
    componentFirmwareVersions: Type.Array(Type.Object({ componentId: Id, softwareVersion: Type.String() })),
    timeRange: Type.Union([
      Type.Null({ description: 'all that is stored now' }),
      Type.Object(
        { from: Type.Optional(Type.Integer()), to: Type.Optional(Type.Integer()) },
        { description: 'milliseconds since 1970 that the export is of' },
      ),
    ]),
    '@sovd.partial': Type.Optional(
      Type.Array(PartialFailureBody, { minItems: 1, description: 'backends that could not be asked at the beginning' }),
    ),
  },
  { title: 'FaultExportHead' },
)

export const FaultExportEnd = Type.Object(
  {
    _meta: Type.Literal(true),
    exportType: Type.Literal('fault-export'),
    '@sovd.partial': Type.Array(PartialFailureBody, { minItems: 1 }),
  },
  { title: 'FaultExportEnd', description: 'the last line, where the export is incomplete without more backends' },
)

export const ExportedFault = Type.Object(
  {
    ...Fault.properties,
    '@sovd.entityType': Type.Optional(
      Type.Enum(['app', 'function'], { description: 'what componentId names, where that is no component' }),
    ),
    '@sovd.time': Type.Optional(Timestamp),
    '@sovd.event': Type.Optional(
      Type.Enum(['raised', 'changed', 'cleared'], { description: 'what happened to it then' }),
    ),
    '@sovd.reason': Type.Optional(
      Type.Enum(['passed', 'aged', 'glitch', 'cleared', 'evicted'], { description: 'why it was gone' }),
    ),
    '@sovd.clearedBy': Type.Optional(Type.String({ description: 'the client that cleared it, if that gave a name' })),
  },
  { title: 'ExportedFault', description: 'a fault as it is, or was at a time' },
)
