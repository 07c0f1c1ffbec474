export { createDemoBackend, type DemoBackendOptions } from './demo-backend.ts'
