import type { BackendConfig, Config } from '../config/config.ts'
import { loadConfig, readDocument } from '../config/load.ts'
import { formatProblem } from '../config/problem.ts'

/**
 * Says what a configuration amounts to.
 * @throws ConfigError with everything that is wrong with it
 */
export function checkConfig(file: string): void {
  const { config, warnings } = loadConfig({ document: readDocument(file), env: process.env })
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

function describe({ name, baseUrl, apiPrefix, dialect }: BackendConfig): string {
  return `backend ${name} at ${baseUrl}${apiPrefix} (${dialect})`
}
