export { MemoryNetwork } from './memory-network.ts'
export { ScriptedPeer } from './scripted-peer.ts'
