import { ENTITY_ID } from '@opensovd/sovd'
import type { BackendConfig, BackendTls } from './config.ts'
import type { Findings } from './findings.ts'
import { loadCertificates, loadKeyPair } from './pem.ts'
import type { BackendSettings } from './settings.ts'

const API_PREFIX = /^(\/[A-Za-z0-9._~-]+)*\/?$/
const BEARER_TOKEN = /^[A-Za-z0-9._~+/-]+=*$/

/** Judges the sources of components. Those that cannot be used are left out. */
export function readBackends(settings: readonly BackendSettings[], findings: Findings): readonly BackendConfig[] {
  const backends = settings.flatMap((backend, index) => readBackend(backend, `backends[${index}]`, findings) ?? [])
  refuseSameNames(settings, findings)
  return backends
}

function readBackend(settings: BackendSettings, path: string, findings: Findings): BackendConfig | undefined {
  if (!API_PREFIX.test(settings.api_prefix)) {
    findings.problem(`${path}.api_prefix`, `expected a path such as /sovd/v1, got "${settings.api_prefix}"`)
  }
  if (settings.bearer_token !== undefined && !BEARER_TOKEN.test(settings.bearer_token)) {
    findings.problem(`${path}.bearer_token`, 'has characters that a bearer token cannot have [RFC 6750 2.1]')
  }
  for (const [index, id] of settings.component_ids.entries()) {
    if (ENTITY_ID.test(id)) continue
    findings.problem(`${path}.component_ids[${index}]`, `expected the id of a component, got ${JSON.stringify(id)}`)
  }
  const tls = readTls(settings, path, findings)
  const url = readBaseUrl(settings, path, findings)
  if (url === undefined) return undefined
  return {
    name: nameOf(settings, url),
    baseUrl: withoutSlash(url.href),
    apiPrefix: withoutSlash(settings.api_prefix),
    dialect: settings.dialect,
    timeoutMs: settings.timeout_secs * 1000,
    refreshMs: settings.refresh_secs * 1000,
    maxConcurrency: settings.max_concurrency,
    componentIds: settings.component_ids,
    ...(settings.bearer_token !== undefined && { bearerToken: settings.bearer_token }),
    ...(url.protocol === 'https:' && { tls }),
  }
}

function readBaseUrl(settings: BackendSettings, path: string, findings: Findings): URL | undefined {
  const at = `${path}.base_url`
  const text = settings.base_url
  if (text === '') {
    findings.problem(at, 'is required')
    return undefined
  }
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    findings.problem(at, `must be an http:// or https:// address, got "${text}"`)
    return undefined
  }
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') findings.problem(at, 'must not hold a user or a password')
  if (url.search !== '' || url.hash !== '') findings.problem(at, `must end with its path, got "${text}"`)
  for (const name of ['client_cert_path', 'client_key_path', 'ca_cert_path'] as const) {
    if (url.protocol === 'http:' && settings[name] !== undefined) {
      findings.problem(`${path}.${name}`, `makes no sense without https:// in ${at}`, { involved: [at] })
    }
  }
  return url
}

function readTls(settings: BackendSettings, path: string, findings: Findings): BackendTls {
  if (settings.danger_accept_invalid_certs) {
    findings.warning(
      `${path}.danger_accept_invalid_certs`,
      'ANY CERTIFICATE IS ACCEPTED: whoever is on the path to this backend can read and change everything',
    )
  }
  const pair = loadKeyPair(
    { path: `${path}.client_cert_path`, file: settings.client_cert_path },
    { path: `${path}.client_key_path`, file: settings.client_key_path },
    findings,
  )
  const ca = loadCertificates({ path: `${path}.ca_cert_path`, file: settings.ca_cert_path }, findings)
  return { ...pair, ...(ca !== undefined && { ca }), rejectUnauthorized: !settings.danger_accept_invalid_certs }
}

function refuseSameNames(settings: readonly BackendSettings[], findings: Findings): void {
  const firstWith = new Map<string, string>()
  for (const [index, backend] of settings.entries()) {
    if (!URL.canParse(backend.base_url)) continue
    const path = `backends[${index}]`
    const name = nameOf(backend, new URL(backend.base_url))
    const first = firstWith.get(name)
    if (first === undefined) firstWith.set(name, path)
    else findings.problem(`${path}.name`, `is "${name}", as that of ${first}; give each backend its own`)
  }
}

function nameOf(settings: BackendSettings, url: URL): string {
  const port = url.port === '' ? { 'http:': '80', 'https:': '443' }[url.protocol] : url.port
  return settings.name ?? `${url.hostname}:${port}`
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '')
}
