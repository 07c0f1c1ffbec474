import { type Static, Type } from 'typebox'
import { Ecu } from './ecu.ts'
import { EncodingSchema } from './encoding.ts'
import { integer, integerOr, Name, object } from './parts.ts'
import { Simulation } from './simulation.ts'

const Eid = Type.String({ pattern: '^[0-9A-Fa-f]{12}$', default: '000000000000' })
const Gateway = object(
  {
    name: Type.Optional(Name),
    address: integerOr(0x0001, 0x0001, 0xffff, 'Logical address of the DoIP entity.'),
    vin: Type.String({ pattern: '^[A-HJ-NPR-Z0-9]{17}$', default: '00000000000000000' }),
    eid: Eid,
    gid: Eid,
    simulation: object(
      {
        fragment: Type.Optional(
          object({ bytes: integer(1, 65_535), pauseMs: Type.Integer({ minimum: 0, maximum: 10_000, default: 0 }) }),
        ),
      },
      { default: {}, description: 'fragment: TCP segments carry so many bytes at most.' },
    ),
  },
  { default: {}, description: 'The DoIP entity that the ECUs are behind; only the simulator needs it.' },
)

const SimulatedEcu = object({ ...Ecu.properties, simulation: Simulation })

/** The whole file. */
export const DescriptionSchema = object(
  {
    $schema: Type.Optional(Type.String()),
    version: Type.Literal(1),
    gateway: Gateway,
    ecus: Type.Array(SimulatedEcu, { minItems: 1 }),
  },
  {
    title: 'ECU description',
    $defs: { encoding: EncodingSchema },
  },
)

export type Description = Static<typeof DescriptionSchema>
export type GatewayDescription = Description['gateway']
export type SimulatedEcuDescription = Description['ecus'][number]
