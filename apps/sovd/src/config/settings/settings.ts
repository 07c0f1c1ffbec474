import { type Static, Type } from 'typebox'
import { AUDIT_SECTION } from './audit.ts'
import { AUTH_SECTION } from './auth.ts'
import { BackendTable } from './backends.ts'
import { BRIDGE_SECTION } from './bridge.ts'
import { BULK_DATA_SECTION } from './bulk-data.ts'
import { CATALOG_SECTION } from './catalog.ts'
import { ENTITY_SECTIONS } from './entities.ts'
import { EVENTS_SECTION } from './events.ts'
import { FAULTS_SECTION } from './faults.ts'
import { FEATURES_SECTION } from './features.ts'
import { HISTORY_SECTION } from './history.ts'
import { LOGS_SECTION } from './logs.ts'
import { MDNS_SECTION } from './mdns.ts'
import { PROVIDERS_SECTION } from './providers.ts'
import { PROXIMITY_SECTION } from './proximity.ts'
import { RATE_LIMIT_SECTION } from './rate-limit.ts'
import { RESERVED_SECTIONS } from './reserved.ts'
import { RETENTION_SECTIONS } from './retention.ts'
import { SCRIPTS_SECTION } from './scripts.ts'
import { flag, optionalText, section } from './section.ts'
import { TENANT_SECTION } from './tenant.ts'
import { UPDATES_SECTION } from './updates.ts'

const lockSeconds = { exclusiveMinimum: 0, maximum: 604_800 }

/** The configuration file. What `docs/configuration.md` lists is made from this. */
export const Settings = Type.Object(
  {
    server: section('Where the gateway listens.', {
      host: Type.String({
        default: '127.0.0.1',
        minLength: 1,
        description: 'Address or name to listen on. `0.0.0.0` or `::` for all; mind who can reach them.',
      }),
      port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8080, description: '0 takes any free port.' }),
      cert_path: optionalText('PEM certificate chain. With `key_path` the gateway serves HTTPS instead of HTTP.'),
      key_path: optionalText('PEM key of `cert_path`, not encrypted.'),
      client_ca_path: optionalText('PEM certificates; only clients with a certificate of theirs are served.'),
      deployment_label: Type.String({
        default: 'default',
        pattern: '^[!-~]{1,128}$',
        description: 'Sent as `x-served-by`. Default: the environment variable `SOVD_DEPLOYMENT_LABEL`, or this.',
      }),
    }),
    api: section('Which contracts are served where.', {
      native_base: Type.String({ default: '/sovd/v1', description: 'Base path of the native contract.' }),
      iso_base: Type.String({ default: '/vehicle/v1', description: 'Base path of the contract of ISO 17978-3.' }),
    }),
    logging: section('What is written to the standard error output.', {
      level: Type.Enum(['trace', 'debug', 'info', 'warn', 'error'], {
        default: 'info',
        description: 'The least important events that are written.',
      }),
      format: Type.Enum(['text', 'json'], { default: 'text', description: '`json`: one object a line.' }),
      otlp_endpoint: optionalText('Not available yet.'),
    }),
    auth: AUTH_SECTION,
    metrics: section('Metrics in the Prometheus text format.', {
      enabled: flag('Serve them.', true),
      path: Type.String({ default: '/metrics', description: 'No other path is available yet.' }),
    }),
    backends: Type.Array(BackendTable, {
      default: [],
      description:
        'Where components come from, one `[[backends]]` table each. Of two with the same component the first serves it.',
    }),
    ...ENTITY_SECTIONS,
    faults: FAULTS_SECTION,
    locks: section('How long clients keep components to themselves.', {
      default_secs: Type.Number({
        ...lockSeconds,
        default: 300,
        description: 'How long a lock lasts that does not say; not above `max_secs`.',
      }),
      max_secs: Type.Number({
        ...lockSeconds,
        default: 3600,
        description: 'How long a lock may last without being renewed.',
      }),
    }),
    logs: LOGS_SECTION,
    events: EVENTS_SECTION,
    catalog: CATALOG_SECTION,
    features: FEATURES_SECTION,
    history: HISTORY_SECTION,
    audit: AUDIT_SECTION,
    rate_limit: RATE_LIMIT_SECTION,
    mdns: MDNS_SECTION,
    bridge: BRIDGE_SECTION,
    proximity: PROXIMITY_SECTION,
    providers: PROVIDERS_SECTION,
    bulk_data: BULK_DATA_SECTION,
    updates: UPDATES_SECTION,
    scripts: SCRIPTS_SECTION,
    tenant: TENANT_SECTION,
    ...RETENTION_SECTIONS,
    ...RESERVED_SECTIONS,
  },
  { additionalProperties: false },
)

export type Settings = Static<typeof Settings>
export type { BackendSettings, CdaBackendSettings, SovdBackendSettings } from './backends.ts'
