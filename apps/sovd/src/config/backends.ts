import { assertNever } from '@opensovd/base'
import { readCdaBackend } from './cda-backend.ts'
import type { BackendConfig } from './config.ts'
import { readDoipBackend, refuseSharedEntities } from './doip-backend.ts'
import type { Findings } from './findings.ts'
import type { BackendSettings } from './settings/settings.ts'
import { readSovdBackend } from './sovd-backend.ts'

/** Judges the sources of components. Those that cannot be used are left out. */
export function readBackends(settings: readonly BackendSettings[], findings: Findings): readonly BackendConfig[] {
  const backends: BackendConfig[] = []
  const firstWith = new Map<string, string>()
  for (const [index, each] of settings.entries()) {
    const path = `backends[${index}]`
    const backend = readBackend(each, path, findings)
    if (backend === undefined) continue
    backends.push(backend)
    const first = firstWith.get(backend.name)
    if (first === undefined) firstWith.set(backend.name, path)
    else findings.problem(`${path}.name`, `is "${backend.name}", as that of ${first}; give each backend its own`)
  }
  refuseSharedEntities(
    backends.filter((backend) => backend.type === 'doip'),
    findings,
  )
  return backends
}

function readBackend(settings: BackendSettings, path: string, findings: Findings): BackendConfig | undefined {
  switch (settings.type) {
    case 'sovd':
      return readSovdBackend(settings, path, findings)
    case 'cda':
      return readCdaBackend(settings, path, findings)
    case 'doip':
      return readDoipBackend(settings, path, findings)
    default:
      return assertNever(settings)
  }
}
