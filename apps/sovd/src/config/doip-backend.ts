import type { SovdErrorCode } from '@opensovd/sovd'
import type { ConnectionSettings, TlsOptions, UdsSettings } from '@opensovd/uds'
import type { Findings } from './findings.ts'
import { loadCertificates, loadKeyPair } from './pem.ts'
import type { DoipBackendSettings } from './settings/doip.ts'

/** A backend of ECUs, as far as it can be judged without their description. */
export interface DoipBackendConfig {
  readonly type: 'doip'
  readonly name: string
  /** Where it is configured, such as `backends[1]`. */
  readonly path: string
  readonly descriptionFile: string
  /** None: all of the description. */
  readonly ecuIds: readonly string[]
  readonly connection: Omit<ConnectionSettings, 'oem'> & { readonly port: number }
  /** Four bytes of the routing activation as hex digits. */
  readonly activationOem?: string
  readonly udpPort: number
  readonly uds: UdsSettings
  readonly presenceMs: number
  readonly testerPresentMs: number
  readonly sessionIdleMs: number
  readonly memory: DoipBackendSettings['memory']
  readonly interlocks: DoipBackendSettings['interlocks']
  readonly isRawAllowed: boolean
  readonly refusals: readonly (readonly [nrc: number, error: SovdErrorCode])[]
}

/** Judges a backend of ECUs; undefined when it cannot be used. */
export function readDoipBackend(
  settings: DoipBackendSettings,
  path: string,
  findings: Findings,
): DoipBackendConfig | undefined {
  if (settings.host === '') findings.problem(`${path}.host`, 'is required')
  if (settings.description === '') findings.problem(`${path}.description`, 'is required')
  checkInterlocks(settings, path, findings)
  const tls = readTls(settings, path, findings)
  if (settings.raw_passthrough) {
    findings.warning(`${path}.raw_passthrough`, 'CLIENTS CAN SEND ANY MESSAGE to the ECUs of this backend')
  }
  if (settings.host === '' || settings.description === '') return undefined
  return {
    type: 'doip',
    name: doipName(settings),
    path,
    descriptionFile: settings.description,
    ecuIds: settings.ecus,
    connection: connectionOf(settings, tls),
    ...(settings.activation_oem !== undefined && { activationOem: settings.activation_oem }),
    udpPort: settings.udp_port,
    uds: {
      busyRepeats: settings.busy_repeats,
      timing: {
        p2Ms: settings.p2_ms,
        p2StarMs: settings.p2_star_ms,
        marginMs: settings.margin_ms,
        pendingLimitMs: settings.pending_limit_secs * 1000,
      },
    },
    presenceMs: settings.presence_secs * 1000,
    testerPresentMs: settings.keepalive_secs * 1000,
    sessionIdleMs: settings.session_idle_secs * 1000,
    memory: settings.memory,
    interlocks: settings.interlocks,
    isRawAllowed: settings.raw_passthrough,
    // The schema has these names from the table of errors.
    refusals: settings.nrc.map(({ code, error }) => [code, error as SovdErrorCode] as const),
  }
}

/** How a backend is called that has no name of its own. */
export function doipName(settings: DoipBackendSettings): string {
  return settings.name ?? `${settings.host}:${portOf(settings)}`
}

/** [13400-2] The ports that are registered for it. */
function portOf({ port, tls }: DoipBackendSettings): number {
  return port ?? (tls ? 3496 : 13_400)
}

/** Refuses two backends that would take each other's place at one entity. */
export function refuseSharedEntities(backends: readonly DoipBackendConfig[], findings: Findings): void {
  const firstWith = new Map<string, string>()
  for (const { connection, path } of backends) {
    const entity = `${connection.host}:${connection.port} ${connection.testerAddress}`
    const first = firstWith.get(entity)
    if (first === undefined) firstWith.set(entity, path)
    else
      findings.problem(
        `${path}.tester_address`,
        `is that of ${first} at the same entity: give it another, or join them`,
      )
  }
}

function connectionOf(settings: DoipBackendSettings, tls: TlsOptions | undefined): DoipBackendConfig['connection'] {
  return {
    host: settings.host,
    testerAddress: settings.tester_address,
    activationType: settings.activation_type,
    protocolVersion: settings.protocol_version,
    acknowledge: settings.acknowledge,
    timing: {
      connectMs: settings.connect_timeout_secs * 1000,
      controlMs: settings.activation_timeout_secs * 1000,
      acknowledgeMs: settings.acknowledge_timeout_secs * 1000,
    },
    port: portOf(settings),
    ...(settings.entity_address !== undefined && { entityAddress: settings.entity_address }),
    ...(tls && { tls }),
  }
}

function readTls(settings: DoipBackendSettings, path: string, findings: Findings): TlsOptions | undefined {
  for (const name of ['client_cert_path', 'client_key_path', 'ca_cert_path', 'server_name'] as const) {
    if (!settings.tls && settings[name] !== undefined) {
      findings.problem(`${path}.${name}`, `makes no sense without ${path}.tls`)
    }
  }
  const pair = loadKeyPair(
    { path: `${path}.client_cert_path`, file: settings.client_cert_path },
    { path: `${path}.client_key_path`, file: settings.client_key_path },
    findings,
  )
  const authorities = loadCertificates({ path: `${path}.ca_cert_path`, file: settings.ca_cert_path }, findings)
  if (!settings.tls) return undefined
  return {
    ...(pair && { certificate: pair.cert, privateKey: pair.key }),
    ...(authorities !== undefined && { authorities }),
    ...(settings.server_name !== undefined && { serverName: settings.server_name }),
  }
}

function checkInterlocks({ interlocks }: DoipBackendSettings, path: string, findings: Findings): void {
  for (const [index, { power_mode_ready, ecu, data, equals, minimum, maximum }] of interlocks.entries()) {
    const at = `${path}.interlocks[${index}]`
    const limits = [equals, minimum, maximum].filter((limit) => limit !== undefined)
    if (power_mode_ready ? [ecu, data, ...limits].some((each) => each !== undefined) : !ecu || !data) {
      findings.problem(at, 'needs either power_mode_ready, or ecu and data')
    } else if (!power_mode_ready && limits.length === 0) {
      findings.problem(at, 'needs equals, minimum or maximum')
    }
    if (equals !== undefined && !['number', 'string', 'boolean'].includes(typeof equals)) {
      findings.problem(`${at}.equals`, 'must be a number, a text, true or false')
    }
  }
}
