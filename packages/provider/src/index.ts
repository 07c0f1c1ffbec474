export type { ProvidedData, ProvidedEntity, ProvidedFault, ProvidedOperation, Run } from './provided.ts'
export { type EntityHandle, openProvider, type Provider, type ProviderOptions } from './provider.ts'
