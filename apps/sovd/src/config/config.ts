import type { DataCatalog, EntityTreeOptions, FaultRule, FeatureName, Retention } from '@opensovd/core'
import type { AuthOptions, RateLimit } from '@opensovd/server'
import type { AuditConfig } from './audit.ts'
import type { BridgeConfig } from './bridge-config.ts'
import type { DoipBackendConfig } from './doip-backend.ts'
import type { EventsConfig } from './events.ts'
import type { HistoryConfig } from './history.ts'
import type { LogsConfig } from './logs.ts'
import type { MdnsConfig } from './mdns.ts'
import type { ProximityConfig } from './proximity.ts'
import type { TenantsConfig } from './tenants.ts'

/** What the gateway runs with: judged, with units in the names, and PEM texts in the place of file names. */
export interface Config {
  readonly server: ServerConfig
  readonly logging: LoggingConfig
  /** Absent: whoever reaches the gateway may do everything. */
  readonly auth?: AuthOptions
  /** Absent: nobody shares the vehicle. */
  readonly tenants?: TenantsConfig
  readonly backends: readonly BackendConfig[]
  readonly entities: Required<Omit<EntityTreeOptions, 'extend'>>
  readonly executions: Retention
  /** Folder for what survives a restart. */
  readonly stateDir?: string
  readonly faults: FaultsConfig
  readonly locks: LocksConfig
  /** Absent: programs of this machine offer nothing. */
  readonly providers?: ProvidersConfig
  /** Absent: entities keep no files. */
  readonly bulkData?: BulkDataConfig
  /** Absent: there are none. */
  readonly updates?: UpdatesConfig
  /** Absent: clients run no scripts. */
  readonly scripts?: ScriptsConfig
  readonly logs: LogsConfig
  readonly history: HistoryConfig
  readonly audit: AuditConfig
  /** Absent: callers may send as many requests as they like. */
  readonly rateLimit?: Pick<RateLimit, 'maxRequests' | 'windowMs'>
  /** Absent: the gateway is not announced. */
  readonly mdns?: MdnsConfig
  /** Absent: neither do vehicles connect, nor does this one. */
  readonly bridge?: BridgeConfig
  readonly events: EventsConfig
  readonly proximity: ProximityConfig
  /** Features that are off until somebody switches them on. */
  readonly disabledFeatures: readonly FeatureName[]
  /** Absent: what data mean is what backends say. */
  readonly catalog?: DataCatalog
}

export interface ServerConfig {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly nativeBase: string
  readonly isoBase: string
  readonly deploymentLabel: string
  /** Origins that browsers may call from; `*` is all of them. */
  readonly corsOrigins: readonly string[]
  readonly metrics: boolean
  readonly tls?: ServerTls
}

export interface ServerTls {
  readonly cert: string
  readonly key: string
  /** Clients must have a certificate of these. */
  readonly clientCa?: string
}

export interface LoggingConfig {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error'
  readonly format: 'text' | 'json'
}

/** A source of components, by its kind. */
export type BackendConfig = SovdBackendConfig | CdaBackendConfig | DoipBackendConfig

interface HttpBackendConfig {
  readonly name: string
  readonly baseUrl: string
  readonly apiPrefix: string
  readonly timeoutMs: number
  readonly refreshMs: number
  readonly maxConcurrency: number
  readonly componentIds: readonly string[]
  readonly tls?: BackendTls
}

export interface SovdBackendConfig extends HttpBackendConfig {
  readonly type: 'sovd'
  readonly dialect: 'auto' | 'native' | 'iso'
  readonly bearerToken?: string
}

export interface CdaBackendConfig extends HttpBackendConfig {
  readonly type: 'cda'
  readonly clientId: string
  readonly clientSecret: string
  /** 0: what needs a lock is refused to clients that have none. */
  readonly automaticLockSeconds: number
  readonly sessions: readonly string[]
}

export interface BackendTls {
  readonly cert?: string
  readonly key?: string
  readonly ca?: string
  readonly rejectUnauthorized: boolean
}

export interface LocksConfig {
  readonly defaultSeconds: number
  readonly maxSeconds: number
}

export interface FaultsConfig {
  /** Where programs report faults, beside over HTTP. */
  readonly intake?: { readonly path: string; readonly mode: number }
  /** Components that are known by what is reported for them. */
  readonly components: readonly string[]
  readonly maxReportsPerSecond: number
  readonly maxFaults: number
  readonly maxFaultsPerComponent: number
  readonly rules: readonly FaultRule[]
}

export interface ProvidersConfig {
  /** The folder with their sockets. */
  readonly path: string
  readonly allowedUids: readonly number[]
  readonly maxProviders: number
  readonly timeoutMs: number
}

export interface BulkDataConfig {
  /** The folder with the files. */
  readonly path: string
  readonly categories: readonly string[]
  readonly quotaBytes: number
  readonly maxFileBytes: number
}

export interface ScriptsConfig {
  /** The folder with the scripts. */
  readonly path: string
  readonly isolation: 'namespaces' | 'process'
  readonly maxScripts: number
  readonly maxBytes: number
  readonly memoryBytes: number
  readonly cpuSeconds: number
  readonly limits: { readonly maxRunning: number; readonly timeoutMs: number; readonly proximityProofRequired: boolean }
}

export interface UpdatesConfig {
  /** The folder with the packages. */
  readonly path: string
  /** The folder that files of components are installed into. */
  readonly installPath: string
}
