import type { BackendTls } from './config.ts'
import type { Findings } from './findings.ts'
import { loadCertificates, loadKeyPair } from './pem.ts'

/** Settings of every source that is reached over HTTP. */
export interface HttpBackendSettings {
  readonly name?: string
  readonly base_url: string
  readonly api_prefix: string
  readonly client_cert_path?: string
  readonly client_key_path?: string
  readonly ca_cert_path?: string
  readonly danger_accept_invalid_certs: boolean
}

export interface HttpAddress {
  readonly name: string
  readonly baseUrl: string
  readonly apiPrefix: string
  readonly tls?: BackendTls
}

const API_PREFIX = /^(\/[A-Za-z0-9._~-]+)*\/?$/

/** Judges where a source is, and how it is reached; undefined for one that cannot be. */
export function readHttpAddress(
  settings: HttpBackendSettings,
  path: string,
  findings: Findings,
): HttpAddress | undefined {
  const apiPrefix = readApiPrefix(settings, path, findings)
  const tls = readTls(settings, path, findings)
  const url = readBaseUrl(settings, path, findings)
  if (url === undefined) return undefined
  return {
    name: nameOf(settings, url),
    baseUrl: withoutSlash(url.href),
    apiPrefix,
    ...(url.protocol === 'https:' && { tls }),
  }
}

export function readApiPrefix({ api_prefix }: HttpBackendSettings, path: string, findings: Findings): string {
  if (!API_PREFIX.test(api_prefix)) {
    findings.problem(`${path}.api_prefix`, `expected a path such as /sovd/v1, got "${api_prefix}"`)
  }
  return withoutSlash(api_prefix)
}

function readBaseUrl(settings: HttpBackendSettings, path: string, findings: Findings): URL | undefined {
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

function readTls(settings: HttpBackendSettings, path: string, findings: Findings): BackendTls {
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

function nameOf(settings: HttpBackendSettings, url: URL): string {
  const port = url.port === '' ? { 'http:': '80', 'https:': '443' }[url.protocol] : url.port
  return settings.name ?? `${url.hostname}:${port}`
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '')
}
