import { Type } from 'typebox'
import { AnyJson, Id, Timestamp } from './common.ts'

const Hex = Type.String({ description: 'bytes as hex digits, with or without 0x' })

export const IO_CONTROLS = ['return_to_ecu', 'reset_to_default', 'freeze', 'short_term_adjustment'] as const
export const CONTROL_TYPES = [
  'enable_rx_and_tx',
  'enable_rx_disable_tx',
  'disable_rx_enable_tx',
  'disable_rx_and_tx',
] as const

export const IoControlRequest = Type.Object(
  { control: Type.Enum([...IO_CONTROLS]), value: Type.Optional(Hex) },
  { title: 'IoControlRequest' },
)

export const IoState = Type.Object(
  {
    componentId: Id,
    dataId: Id,
    control: Type.Enum([...IO_CONTROLS]),
    value: Type.Optional(AnyJson),
    raw: Type.String({ description: 'the bytes that the ECU gave, as hex digits' }),
  },
  { title: 'IoState' },
)

export const CommControlRequest = Type.Object(
  {
    control_type: Type.Enum([...CONTROL_TYPES]),
    communication_type: Type.Optional(
      Type.String({ description: 'one byte as hex digits; 01, normal communication, when left out' }),
    ),
  },
  { title: 'CommControlRequest' },
)

export const DtcSettingRequest = Type.Object({ setting: Type.Enum(['on', 'off']) }, { title: 'DtcSettingRequest' })

export const MemoryQuery = Type.Object({
  address: Type.String({ description: 'decimal, or hex digits after 0x' }),
  size: Type.String({ description: 'bytes' }),
})

export const Memory = Type.Object(
  { componentId: Id, address: Type.String(), size: Type.Integer(), value: Type.String() },
  { title: 'Memory' },
)

export const MemoryWrite = Type.Object({ address: Type.String(), value: Hex }, { title: 'MemoryWrite' })

export const FlashRequest = Type.Object(
  {
    firmware_data: Type.String({ description: 'Base64' }),
    memory_address: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xffff_ffff })),
  },
  { title: 'FlashRequest' },
)

export const SecurityLevel = Type.Object(
  {
    level: Type.Integer({ description: 'the odd sub-function that asks for the seed' }),
    id: Id,
    name: Type.String(),
    unlocked: Type.Boolean(),
    remainingAttempts: Type.Integer(),
    sessions: Type.Optional(Type.Array(Type.String())),
  },
  { title: 'SecurityLevel' },
)

export const SecurityAccessRequest = Type.Object(
  {
    level: Type.Integer({ minimum: 1, maximum: 0x7d }),
    phase: Type.Enum(['requestSeed', 'sendKey']),
    key: Type.Optional(Hex),
  },
  { title: 'SecurityAccessRequest' },
)

export const SecurityAccess = Type.Object(
  {
    level: Type.Integer(),
    phase: Type.Enum(['requestSeed', 'sendKey']),
    seed: Type.Optional(Type.String()),
    granted: Type.Optional(Type.Boolean()),
    remainingAttempts: Type.Optional(Type.Integer()),
  },
  { title: 'SecurityAccess' },
)

export const RawMessage = Type.Object({ message: Hex }, { title: 'RawMessage' })

export const Keepalive = Type.Object(
  {
    active: Type.Array(
      Type.Object({
        componentId: Id,
        session: Type.String(),
        udsSession: Type.Integer(),
        owner: Type.Optional(Type.String()),
        securityLevel: Type.Optional(Type.Integer()),
        since: Timestamp,
        lastAnswer: Type.Optional(Timestamp),
      }),
    ),
    count: Type.Integer(),
  },
  { title: 'Keepalive' },
)
