export { type CommandKeyOptions, commandKey } from './command-key.ts'
export { nodeNetwork } from './network.ts'
