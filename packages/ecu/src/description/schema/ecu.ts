import { type Static, Type } from 'typebox'
import { EncodingRef } from './encoding.ts'
import { Access, DtcNumber, Id, integer, integerOr, Name, object, Secret } from './parts.ts'

const P2_MS = 50
const P2_STAR_MS = 5000
const S3_MS = 5000

const named = { name: Type.Optional(Name), description: Type.Optional(Type.String()) }

const Session = object({
  id: Id,
  ...named,
  session: integer(1, 0x7e, 'Sub-function of DiagnosticSessionControl.'),
  p2Ms: integerOr(P2_MS, 1, 65_535),
  p2StarMs: Type.Integer({ minimum: 10, maximum: 655_350, multipleOf: 10, default: P2_STAR_MS }),
  ...Access.properties,
})

const KeyProvider = Type.Union(
  [
    object({ type: Type.Literal('xor'), constant: Secret }, { description: 'Seed exclusive-or constant.' }),
    object({ type: Type.Literal('add'), constant: Secret }, { description: 'Seed plus constant.' }),
    object(
      {
        type: Type.Literal('command'),
        command: Name,
        args: Type.Array(Type.String(), { default: [] }),
        timeoutMs: integerOr(5000, 1, 600_000),
      },
      {
        description:
          'A program: {"ecu":…,"level":…,"seed":"hex"} on standard input, the key as hex on standard output.',
      },
    ),
  ],
  { description: 'How the key of a seed is made.' },
)

const SecurityLevel = object({
  id: Id,
  ...named,
  level: Type.Integer({ minimum: 1, maximum: 0x7d, description: 'The odd sub-function that asks for the seed.' }),
  seedLength: integerOr(4, 1, 255),
  key: KeyProvider,
  ...Access.properties,
})

const Authentication = object(
  {
    certificate: Type.String({ pattern: '^([0-9A-Fa-f]{2})+$', description: 'certificateClient, as hex digits.' }),
    proof: KeyProvider,
    ...Access.properties,
  },
  {
    description:
      'How a tester authenticates (certificate exchange, unidirectional). proof: how the proof of ownership is made of the challenge.',
  },
)

const IO_FUNCTIONS = ['returnControlToEcu', 'resetToDefault', 'freezeCurrentState', 'shortTermAdjustment'] as const
const DataItem = object({
  id: Id,
  ...named,
  did: integer(0, 0xffff),
  category: Type.Enum(['identData', 'currentData', 'storedData', 'sysInfo'], { default: 'currentData' }),
  coding: Type.Boolean({
    default: false,
    description: 'Whether it is a configuration parameter: it is then listed with those, and not with the data.',
  }),
  encoding: EncodingRef,
  read: Type.Optional(Type.Union([Type.Literal(false), Access], { description: 'False where it cannot be read.' })),
  write: Type.Optional(Access),
  control: Type.Optional(
    object(
      {
        functions: Type.Array(Type.Enum([...IO_FUNCTIONS]), { minItems: 1, default: [...IO_FUNCTIONS] }),
        ...Access.properties,
      },
      { description: 'How a tester may take it over: InputOutputControlByIdentifier.' },
    ),
  ),
})

const Dtc = object({
  dtc: DtcNumber,
  text: Name,
  severity: Type.Optional(Type.Enum(['maintenanceOnly', 'checkAtNextHalt', 'checkImmediately'])),
  snapshots: Type.Optional(Type.Array(integer(0x01, 0xfe), { description: 'Record numbers; all when left out.' })),
  extendedData: Type.Optional(Type.Array(integer(0x01, 0xfe), { description: 'Record numbers; all when left out.' })),
  confirmAfterCycles: integerOr(1, 1, 255, 'Operation cycles with a failed test before it is confirmed.'),
  ageAfterCycles: integerOr(40, 1, 255, 'Operation cycles without a failed test before it is forgotten.'),
  warningIndicator: Type.Boolean({ default: false }),
})

const Snapshot = object({
  record: integer(0x01, 0xfe),
  ...named,
  data: Type.Array(Id, { minItems: 1, maxItems: 255, description: 'Ids of data.' }),
})
const ExtendedData = object({
  record: integer(0x01, 0xfe),
  ...named,
  encoding: EncodingRef,
  source: Type.Enum(['occurrenceCounter', 'agingCounter', 'failedCycles', 'cyclesSinceLastFailed']),
})

const RoutinePart = object({
  request: Type.Optional(EncodingRef),
  response: Type.Optional(EncodingRef),
  ...Access.properties,
})
const RoutineResults = object({
  ...RoutinePart.properties,
  running: Type.Optional(
    Object.assign(Type.Unknown(), {
      description: 'The response while it still runs; of a structure, those members that tell.',
    }),
  ),
})
const Routine = object({
  id: Id,
  ...named,
  routineId: integer(0, 0xffff),
  start: Type.Optional(RoutinePart),
  stop: Type.Optional(RoutinePart),
  results: Type.Optional(RoutineResults),
})

const MemoryRegion = object({
  id: Id,
  ...named,
  address: integer(0, 0xffff_ffff),
  size: integer(1, 64 * 1024 * 1024),
  flash: Type.Boolean({ default: false, description: 'Whether it must be erased before it is programmed.' }),
  read: Type.Optional(Access),
  write: Type.Optional(Access),
  download: Type.Optional(Access),
  upload: Type.Optional(Access),
})

const FUNCTIONAL_FROM = 0xe400
const FUNCTIONAL_TO = 0xefff

const Flash = object(
  {
    preconditions: Type.Optional(Id),
    quiet: Type.Optional(
      object(
        { address: integer(FUNCTIONAL_FROM, FUNCTIONAL_TO, 'Functional logical address.') },
        { description: 'The ECUs that neither communicate nor store DTCs while this one is programmed.' },
      ),
    ),
    session: Id,
    security: Type.Optional(Id),
    fingerprint: Type.Optional(Id),
    erase: Type.Optional(Id),
    verify: Type.Optional(Id),
    checksum: Type.Enum(['none', 'crc32'], { default: 'none', description: 'What the verify routine is given.' }),
    dependencies: Type.Optional(Id),
    reset: Type.Enum(['hard', 'keyOffOn', 'soft'], { default: 'hard' }),
    clearDtcs: Type.Boolean({ default: false, description: 'Whether its DTCs are cleared when it was programmed.' }),
    maxBlockLength: integerOr(0x402, 3, 0xffff_ffff, 'Of TransferData, service and counter included.'),
  },
  { description: 'How it is programmed. Ids of routines, data, a session and a security level.' },
)

const Services = object(
  {
    reset: Type.Optional(
      object({
        types: Type.Array(Type.Enum(['hard', 'keyOffOn', 'soft']), { minItems: 1, default: ['hard', 'soft'] }),
        ...Access.properties,
      }),
    ),
    clearDtcs: Type.Optional(Access),
    communicationControl: Type.Optional(Access),
    dtcSetting: Type.Optional(Access),
  },
  { default: {}, description: 'Services that an ECU has or has not, whatever its data are.' },
)

const data = Type.Array(DataItem, { default: [] })
const dtcs = Type.Array(Dtc, { default: [] })
const routines = Type.Array(Routine, { default: [] })

const Variant = object({
  id: Id,
  ...named,
  matches: Type.Record(Id, Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
    minProperties: 1,
    description: 'Ids of data, and the values that they have in this variant.',
  }),
  without: Type.Array(Id, { default: [], description: 'Ids of data and routines that it does not have.' }),
  data,
  dtcs,
  routines,
})

/** What an ECU has, whether it is real or simulated. */
export const Ecu = object({
  id: Id,
  ...named,
  address: integer(0x0001, 0xffff, 'Logical address.'),
  functionalAddresses: Type.Array(integer(FUNCTIONAL_FROM, FUNCTIONAL_TO), { default: [] }),
  s3Ms: integerOr(S3_MS, 100, 600_000, 'After this time without requests it returns to the default session.'),
  sessions: Type.Array(Session, { default: [] }),
  security: object(
    {
      maxAttempts: integerOr(3, 1, 255),
      delayMs: integerOr(10_000, 0, 3_600_000),
      levels: Type.Array(SecurityLevel, { default: [] }),
    },
    { default: {} },
  ),
  authentication: Type.Optional(Authentication),
  services: Services,
  data,
  dtcFormat: integerOr(1, 0, 4, 'DTCFormatIdentifier.'),
  statusAvailabilityMask: integerOr(0xff, 0, 0xff),
  dtcs,
  snapshots: Type.Array(Snapshot, { default: [] }),
  extendedData: Type.Array(ExtendedData, { default: [] }),
  routines,
  memory: Type.Array(MemoryRegion, { default: [] }),
  flash: Type.Optional(Flash),
  variants: Type.Array(Variant, { default: [] }),
})

export type EcuDescription = Static<typeof Ecu>
export type SessionDescription = Static<typeof Session>
export type SecurityLevelDescription = Static<typeof SecurityLevel>
export type AuthenticationDescription = Static<typeof Authentication>
export type KeyProviderDescription = Static<typeof KeyProvider>
export type DataDescription = Static<typeof DataItem>
export type DtcDescription = Static<typeof Dtc>
export type SnapshotDescription = Static<typeof Snapshot>
export type ExtendedDataDescription = Static<typeof ExtendedData>
export type RoutineDescription = Static<typeof Routine>
export type RoutinePartDescription = Static<typeof RoutinePart>
export type MemoryDescription = Static<typeof MemoryRegion>
export type FlashDescription = Static<typeof Flash>
export type VariantDescription = Static<typeof Variant>
