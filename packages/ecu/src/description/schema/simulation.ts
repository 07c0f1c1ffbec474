import { type Static, Type } from 'typebox'
import { DtcNumber, HexText, Id, integer, integerOr, object } from './parts.ts'

/** Judged by the encoding that it is for. */
const anyValue = (description: string) => Object.assign(Type.Unknown(), { description })

export const Generator = Type.Union([
  object({
    generate: Type.Literal('ramp'),
    from: Type.Number(),
    to: Type.Number(),
    periodMs: integer(1),
  }),
  object({
    generate: Type.Literal('sine'),
    mean: Type.Number(),
    amplitude: Type.Number(),
    periodMs: integer(1),
  }),
  object({
    generate: Type.Literal('randomWalk'),
    start: Type.Number(),
    step: Type.Number({ exclusiveMinimum: 0 }),
    minimum: Type.Number(),
    maximum: Type.Number(),
    everyMs: integerOr(1000, 1),
  }),
])
export type GeneratorDescription = Static<typeof Generator>

const Effect = Type.Union([
  object({ type: Type.Literal('nrc'), code: integer(0x10, 0xfe) }),
  object({ type: Type.Literal('delay'), ms: integer(0, 600_000) }),
  object({ type: Type.Literal('drop') }),
  object({ type: Type.Literal('answer'), bytes: HexText }),
  object({ type: Type.Literal('nack'), code: integer(0x02, 0xff) }),
  object({
    type: Type.Literal('reboot'),
    downMs: integerOr(2000, 0, 600_000),
    dropConnections: Type.Boolean({ default: true, description: 'Whether the gateway goes down with it.' }),
  }),
])
export const Fault = object({
  id: Id,
  request: Type.String({
    pattern: '^([0-9A-Fa-f]{2})*$',
    default: '',
    description: 'Beginning of the requests it strikes, as hex digits; all when empty.',
  }),
  skip: integerOr(0, 0, 1_000_000, 'Requests that go well first.'),
  times: Type.Optional(integer(1, 1_000_000, 'Requests it strikes; every one when left out.')),
  probability: Type.Number({ minimum: 0, maximum: 1, default: 1 }),
  effect: Effect,
})
export type FaultDescription = Static<typeof Fault>
export type FaultEffect = Static<typeof Effect>

const DtcSimulation = object({
  dtc: DtcNumber,
  failing: Type.Boolean({ default: false, description: 'Whether its test fails from the start.' }),
  stored: Type.Boolean({ default: false, description: 'Whether it was confirmed in an earlier operation cycle.' }),
  when: Type.Optional(
    object(
      {
        data: Id,
        member: Type.Optional(Type.String({ minLength: 1 })),
        above: Type.Optional(Type.Number()),
        below: Type.Optional(Type.Number()),
      },
      { description: 'Its test fails while a value is above or below these.' },
    ),
  ),
})
export type DtcSimulationDescription = Static<typeof DtcSimulation>

const RoutineSimulation = object({
  durationMs: integerOr(0, 0, 3_600_000),
  background: Type.Boolean({ default: false, description: 'Start answers at once, and results can be asked for.' }),
  start: Type.Optional(anyValue('The response record of start.')),
  stop: Type.Optional(anyValue('The response record of stop.')),
  running: Type.Optional(anyValue('The response record of results while it runs.')),
  results: Type.Optional(anyValue('The response record of results afterwards.')),
})
export type RoutineSimulationDescription = Static<typeof RoutineSimulation>

/** What the simulator needs beside what an ECU has. */
export const Simulation = object(
  {
    seed: integerOr(1, 0, 0xffff_ffff),
    variant: Type.Optional(Id),
    bootMs: integerOr(0, 0, 600_000, 'How long it is away after a reset.'),
    values: Type.Record(Id, anyValue('The value.'), {
      default: {},
      description: 'The value of each datum; numbers may be generated.',
    }),
    dtcs: Type.Array(DtcSimulation, { default: [] }),
    routines: Type.Record(Id, RoutineSimulation, { default: {} }),
    faults: Type.Array(Fault, { default: [], maxItems: 1000 }),
  },
  { default: {} },
)
export type SimulationDescription = Static<typeof Simulation>
