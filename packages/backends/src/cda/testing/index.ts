export { CDA_PREFIX, CdaDouble, type CdaDoubleOptions, openCdaDouble } from './cda-double.ts'
export { type EcuModel, FLXC1000, SAMPLE_ECU } from './ecu-model.ts'
