import { addKey, type KeyProvider, xorKey } from '@opensovd/uds'
import type { KeyProviderDescription } from '../description/schema/ecu.ts'

/** Lets a program compute keys; `@opensovd/ecu/node` has it. */
export type CommandKeys = (command: Extract<KeyProviderDescription, { type: 'command' }>) => KeyProvider

/**
 * How the keys of a level are made.
 * @throws TypeError when it takes a program and `commandKeys` is left out
 */
export function keyProvider(description: KeyProviderDescription, commandKeys?: CommandKeys): KeyProvider {
  switch (description.type) {
    case 'xor':
      return xorKey(description.constant)
    case 'add':
      return addKey(description.constant)
    case 'command':
      if (!commandKeys) throw new TypeError('no programs can be run here to compute keys')
      return commandKeys(description)
  }
}
