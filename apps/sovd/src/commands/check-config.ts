import { assertNever } from '@opensovd/base'
import type { BackendConfig, Config } from '../config/config.ts'
import { loadConfig, readDocument } from '../config/load.ts'
import { formatProblem } from '../config/problem.ts'

/**
 * Says what a configuration amounts to.
 * @throws ConfigError with everything that is wrong with it
 */
export async function checkConfig(file: string): Promise<void> {
  const { config, warnings } = loadConfig({ document: readDocument(file), env: process.env })
  await checkDescriptions(config.backends)
  const lines = [`ok: ${file}`, ...summary(config), ...warnings.map((warning) => `warning: ${formatProblem(warning)}`)]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function summary({ server, backends, faults }: Config): readonly string[] {
  const host = server.host.includes(':') ? `[${server.host}]` : server.host
  const scheme = server.tls ? 'https' : 'http'
  const clients = server.tls?.clientCa === undefined ? '' : ', client certificates required'
  return [
    `gateway at ${scheme}://${host}:${server.port}${server.nativeBase}${clients}`,
    ...backends.map(describe),
    ...(faults.intake ? [`faults reported at ${faults.intake.path}`] : []),
  ]
}

/** Judges also the files that a backend needs; what judges them is loaded only then. */
async function checkDescriptions(backends: readonly BackendConfig[]): Promise<void> {
  for (const backend of backends) {
    if (backend.type === 'doip') (await import('../ecus/doip-source.ts')).doipSource(backend)
  }
}

function describe(backend: BackendConfig): string {
  return `backend ${backend.name} at ${addressOf(backend)}`
}

function addressOf(backend: BackendConfig): string {
  switch (backend.type) {
    case 'sovd':
      return `${backend.baseUrl}${backend.apiPrefix} (${backend.dialect})`
    case 'cda':
      return `${backend.baseUrl}${backend.apiPrefix} (Classic Diagnostic Adapter)`
    case 'doip':
      return `${backend.connection.host}:${backend.connection.port} (ECUs of ${backend.descriptionFile})`
    default:
      return assertNever(backend)
  }
}
