import { commandKey } from '@opensovd/uds/node'
import type { CommandKeys } from '../simulator/key-provider.ts'

/** Lets the programs that a description names compute keys. */
export const commandKeys: CommandKeys = ({ command, args, timeoutMs }) => commandKey({ command, args, timeoutMs })
