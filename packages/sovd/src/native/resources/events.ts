import { Type } from 'typebox'
import { AnyJson, Id, PartialFailureBody, Timestamp } from './common.ts'
import { Fault } from './fault.ts'

const Ids = Type.Array(Id)

export const FaultChange = Type.Object(
  {
    componentId: Id,
    added: Ids,
    removed: Ids,
    totalFaults: Type.Integer({ minimum: 0, description: 'how many faults there are after the change' }),
  },
  { title: 'FaultChange', description: 'which faults came and went; first, all there are' },
)

export const FaultUpdate = Type.Object(
  { componentId: Id, changed: Ids, totalFaults: Type.Integer({ minimum: 0 }) },
  { title: 'FaultUpdate', description: 'which faults, of those that there are, changed in their states' },
)

export const DataChangeEvent = Type.Object(
  {
    type: Type.Enum(['data-snapshot', 'data-change']),
    componentId: Id,
    dataId: Id,
    value: AnyJson,
    timestamp: Timestamp,
  },
  { title: 'DataChangeEvent', description: 'a value: as it was first read, or as it is now' },
)

export const FaultSnapshotEvent = Type.Object(
  {
    type: Type.Literal('fault-snapshot'),
    componentId: Id,
    faults: Type.Array(Fault),
    '@sovd.partial': Type.Optional(Type.Array(PartialFailureBody, { minItems: 1 })),
    timestamp: Timestamp,
  },
  { title: 'FaultSnapshotEvent', description: 'all faults there are: first, and after each change of one' },
)

export const KeepaliveEvent = Type.Object(
  { type: Type.Literal('keepalive'), componentId: Id, timestamp: Timestamp },
  { title: 'KeepaliveEvent' },
)

export const SourceErrorEvent = Type.Object(
  {
    type: Type.Literal('source-error'),
    componentId: Id,
    dataId: Type.Optional(Id),
    error: Type.Object({ code: Type.String({ pattern: '^SOVD-ERR-[0-9]{3}$' }), message: Type.String() }),
    timestamp: Timestamp,
  },
  { title: 'SourceErrorEvent', description: 'a value, or the faults, cannot be had; told once until they can again' },
)

export const OverflowEvent = Type.Object(
  { lost: Type.Integer({ minimum: 1 }) },
  { title: 'OverflowEvent', description: 'so many events were lost, because they were not read in time' },
)

export const ResetEvent = Type.Object(
  { lastEventId: Type.Literal('unknown') },
  { title: 'ResetEvent', description: 'nothing is known of the id the client came with; what there is follows' },
)

export const COMMON_EVENTS = { 'source-error': SourceErrorEvent, overflow: OverflowEvent, reset: ResetEvent } as const

export const LastEventId = Type.Optional(
  Type.String({ maxLength: 128, description: 'as the header Last-Event-ID, for who cannot send that' }),
)
