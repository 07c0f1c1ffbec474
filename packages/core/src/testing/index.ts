export { type BackendUnderContract, backendContract, type ContractSample } from './backend-contract.ts'
export { memoryFacets } from './memory-facets.ts'
export { SAMPLE_COMPONENT, SAMPLE_GROUP, type SampleComponent } from './sample-component.ts'
