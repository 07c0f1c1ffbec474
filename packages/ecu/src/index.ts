export { dtcNumber } from './description/dtc-number.ts'
export { descriptionJsonSchema } from './description/json-schema.ts'
export { DescriptionError, formatProblem, type Path, type Problem } from './description/problem.ts'
export { type DescriptionSource, readDescription } from './description/read-description.ts'
export {
  type Description,
  DescriptionSchema,
  type GatewayDescription,
  type SimulatedEcuDescription,
} from './description/schema/description.ts'
export type {
  AuthenticationDescription,
  DataDescription,
  DtcDescription,
  EcuDescription,
  ExtendedDataDescription,
  FlashDescription,
  KeyProviderDescription,
  MemoryDescription,
  RoutineDescription,
  RoutinePartDescription,
  SecurityLevelDescription,
  SessionDescription,
  SnapshotDescription,
  VariantDescription,
} from './description/schema/ecu.ts'
export type { Encoding } from './description/schema/encoding.ts'
export type { AccessDescription } from './description/schema/parts.ts'
export type { FaultDescription, FaultEffect, SimulationDescription } from './description/schema/simulation.ts'
export { identifyVariant, inVariant, type ReadIdentification } from './description/variant.ts'
export { EncodingError } from './encoding/codec.ts'
export { type DecodedValue, decodeValue, encodeValue, sizeOf } from './encoding/value.ts'
export type { DataStore } from './simulator/data-store.ts'
export type { DtcMemory, StoredDtc } from './simulator/dtc-memory.ts'
export { EcuSimulator, type EcuSimulatorDependencies } from './simulator/ecu-simulator.ts'
export type { FaultInjector } from './simulator/fault-injector.ts'
export {
  type GatewaySimulator,
  type GatewaySimulatorOptions,
  openGatewaySimulator,
} from './simulator/gateway-simulator.ts'
export { type CommandKeys, keyProvider } from './simulator/key-provider.ts'
export type { MemoryMap } from './simulator/memory-map.ts'
