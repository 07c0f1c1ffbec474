import { type Static, Type } from 'typebox'
import { AnyJson, Timestamp } from './common.ts'

const Segment = (description: string) => Type.String({ pattern: '^(?!\\.{1,2}$)[A-Za-z0-9_.-]{1,128}$', description })

export const FaultRecord = Type.Object(
  {
    component_id: Segment('the component that has the fault'),
    fault_id: Segment('unique within the component'),
    source: Type.String({ minLength: 1, maxLength: 128, description: 'who reports; its rate is bounded' }),
    severity: Type.Enum(['Fatal', 'Error', 'Warn', 'Info', 'Debug']),
    stage: Type.Enum(['Failed', 'PreFailed', 'Passed', 'PrePassed', 'NotTested']),
    description: Type.Optional(Type.String({ maxLength: 1024 })),
    environment_data: Type.Optional(AnyJson),
    time: Type.Optional(Timestamp),
  },
  { title: 'FaultRecord', description: 'what a program reports of a fault' },
)

/** Each record is judged by itself, so that one that is wrong does not cost the others; the schema lets all pass. */
export const FaultIntake = Type.Union([FaultRecord, Type.Array(FaultRecord), Type.Unknown()], {
  title: 'FaultIntake',
  description: 'one record, or an array of up to 10000',
})

export const FaultIntakeResult = Type.Object(
  {
    accepted: Type.Integer({ minimum: 0 }),
    rejected: Type.Array(
      Type.Object({ index: Type.Integer({ minimum: 0 }), reason: Type.String() }, { title: 'RejectedFaultRecord' }),
    ),
  },
  { title: 'FaultIntakeResult' },
)

export const OperationCycle = Type.Object(
  { cycle: Type.Optional(Type.String({ description: 'a cycle that a rule for faults names, or power' })) },
  { title: 'OperationCycle' },
)

export type FaultRecord = Static<typeof FaultRecord>
