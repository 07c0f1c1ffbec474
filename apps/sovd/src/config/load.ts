import { existsSync } from 'node:fs'
import { readAudit } from './audit.ts'
import { readAuth } from './auth.ts'
import { readBackends } from './backends.ts'
import { readBridge } from './bridge.ts'
import { readBulkData } from './bulk-data.ts'
import { readCatalog } from './catalog.ts'
import { checkSettings } from './check-settings.ts'
import type { Config } from './config.ts'
import { applyOverride, type Document, embeddedDocument, type Override, sourceOf } from './document.ts'
import { readEntities } from './entities.ts'
import { type Environment, readEnvironment } from './environment.ts'
import { readEvents } from './events.ts'
import { readFaults } from './faults.ts'
import { readFeatures } from './features.ts'
import { Findings } from './findings.ts'
import { readHistory } from './history.ts'
import { readLocks } from './locks.ts'
import { readLogs } from './logs.ts'
import { readMdns } from './mdns.ts'
import { ConfigError, formatPath, type Problem } from './problem.ts'
import { readProviders } from './providers.ts'
import { readProximity } from './proximity.ts'
import { readRateLimit } from './rate-limit.ts'
import { readRetention } from './retention.ts'
import { readScripts } from './scripts.ts'
import { readServer } from './server.ts'
import { readTenants } from './tenants.ts'
import { readTomlFile, refuseDates } from './toml-file.ts'
import { UNAVAILABLE } from './unavailable.ts'
import { readUpdates } from './updates.ts'

export interface ConfigSources {
  readonly document: Document
  /** Beats the document. */
  readonly env: Environment
  /** Options of the command line. Beat the environment. */
  readonly options?: readonly Override[]
}

export interface LoadedConfig {
  readonly config: Config
  /** What an operator should know although it is allowed. */
  readonly warnings: readonly Problem[]
}

/** Read when no file is named. */
export const DEFAULT_FILE = './sovd.toml'

/**
 * The named file, or `sovd.toml` in the working directory if there is one.
 * @throws ConfigError when the file cannot be read or is not TOML
 */
export function readDocument(file: string | undefined): Document {
  if (file !== undefined) return readTomlFile(file)
  return existsSync(DEFAULT_FILE) ? readTomlFile(DEFAULT_FILE) : embeddedDocument()
}

/**
 * Merges, completes and judges a configuration. The document belongs to the call.
 * @throws ConfigError with everything that is wrong with it
 */
export function loadConfig({ document, env, options = [] }: ConfigSources): LoadedConfig {
  const findings = new Findings((path) => sourceOf(document, path))
  refuseDates(document.values, findings)
  for (const override of [...deploymentLabel(document, env), ...readEnvironment(env, findings), ...options]) {
    const problem = applyOverride(document, override)
    if (problem !== undefined) findings.unusable(formatPath(override.path), problem, { source: override.source })
  }
  const settings = checkSettings(document.values, findings)
  for (const { path, wanted, feature, off } of UNAVAILABLE) {
    if (wanted(settings)) findings.problem(path, `${feature} is not available in this version; ${off}`)
  }
  const tenants = readTenants(settings, findings)
  const auth = readAuth(settings, tenants, findings)
  const providers = readProviders(settings.providers, findings)
  const updates = readUpdates(settings.updates, findings)
  const scripts = readScripts(settings, findings)
  const bulkData = readBulkData(settings.bulk_data, findings)
  const mdns = readMdns(settings, findings)
  const bridge = readBridge(settings, findings)
  const rateLimit = readRateLimit(settings.rate_limit)
  const catalog = readCatalog(settings.catalog, findings)
  const config: Config = {
    server: readServer(settings, findings),
    ...(auth && { auth }),
    ...(tenants && { tenants }),
    logging: { level: settings.logging.level, format: settings.logging.format },
    backends: readBackends(settings.backends, findings),
    entities: readEntities(settings, findings),
    executions: readRetention(settings),
    ...(settings.storage.state_dir !== undefined && { stateDir: settings.storage.state_dir }),
    faults: readFaults(settings.faults, findings),
    locks: readLocks(settings.locks, findings),
    ...(providers && { providers }),
    ...(bulkData && { bulkData }),
    ...(updates && { updates }),
    ...(scripts && { scripts }),
    logs: readLogs(settings.logs, findings),
    history: readHistory(settings.history, settings.storage.state_dir),
    audit: readAudit(settings.audit, settings.storage.state_dir),
    ...(rateLimit && { rateLimit }),
    ...(mdns && { mdns }),
    ...(bridge && { bridge }),
    events: readEvents(settings.events, findings),
    proximity: readProximity(settings.proximity, findings),
    disabledFeatures: readFeatures(settings.features),
    ...(catalog && { catalog }),
  }
  if (findings.problems.length > 0) throw new ConfigError(findings.problems)
  return { config: deepFreeze(config), warnings: findings.warnings }
}

/** `SOVD_DEPLOYMENT_LABEL`, which has no section in its name, is the default of one setting. */
function deploymentLabel({ values }: Document, env: Environment): readonly Override[] {
  const value = env.SOVD_DEPLOYMENT_LABEL
  const { server } = values
  const isSet = typeof server === 'object' && server !== null && 'deployment_label' in server
  if (value === undefined || value === '' || isSet) return []
  return [{ path: ['server', 'deployment_label'], value, source: 'SOVD_DEPLOYMENT_LABEL' }]
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
