export { createDemoBackend, type DemoBackendOptions } from './demo-backend.ts'
export { type DemoEcu, type DemoEcuOptions, openDemoEcu } from './demo-ecu.ts'
