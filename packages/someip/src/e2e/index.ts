export { checkResultOf, E2E_CHECK_RESULT, E2eChecker, type E2eStatus } from './checker.ts'
export {
  CRC8,
  CRC8_FROM_ZERO,
  CRC8_H2F,
  CRC16,
  CRC32,
  CRC32_P4,
  CRC64,
  type Crc,
  type CrcRegister,
  computeCrc,
} from './crc.ts'
export type { E2eLayout } from './layout.ts'
export {
  type Crc32Options,
  type DataIdMode,
  E2E_PROFILE,
  type HeaderOptions,
  type ListOptions,
  type NibbleOptions,
} from './profiles.ts'
export { E2eProtector } from './protector.ts'
export {
  type E2eCycleStatus,
  type E2eState,
  E2eStateMachine,
  type E2eStateMachineOptions,
  type E2eWindow,
} from './state-machine.ts'
export { type MessageProtection, type VsomeipE2eProfile, vsomeipProtection } from './vsomeip.ts'
