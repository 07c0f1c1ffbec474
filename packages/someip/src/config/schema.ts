import { obsolete } from './compounds.ts'
import type { Field, FieldDoc } from './field.ts'
import { acceptancesField } from './sections/acceptances.ts'
import { applicationDefaultFields, applicationsField } from './sections/applications.ts'
import { clientsField } from './sections/clients.ts'
import { debounceField } from './sections/debounce.ts'
import { e2eField } from './sections/e2e.ts'
import { internalServicesField } from './sections/internal-services.ts'
import { loggingField } from './sections/logging.ts'
import { networkFields } from './sections/network.ts'
import { npduDefaultsField } from './sections/npdu.ts'
import { partitionsField, secureServicesField } from './sections/partitions.ts'
import { routingCredentialsField, routingField } from './sections/routing.ts'
import { securityFields } from './sections/security.ts'
import { selectiveBroadcastsField } from './sections/selective-broadcasts.ts'
import { serviceDiscoveryField } from './sections/service-discovery.ts'
import { servicesField } from './sections/services.ts'
import { sizeFields } from './sections/sizes.ts'
import { socketFields } from './sections/sockets.ts'
import { suppressedEventsField } from './sections/suppressed-events.ts'
import { tracingField } from './sections/tracing.ts'

const { unicast, netmask, prefix, device, ...mandatoryNetworkFields } = networkFields

/** Read by every application. */
export const MANDATORY_FIELDS = {
  logging: loggingField,
  routing: routingField,
  'routing-credentials': routingCredentialsField,
  applications: applicationsField,
  ...applicationDefaultFields,
  ...mandatoryNetworkFields,
  services: servicesField,
  ...sizeFields,
  ...socketFields,
  ...securityFields,
  tracing: tracingField,
}

/** Read by the routing host, and by all where files do not tell who that is. */
export const OPTIONAL_FIELDS = {
  unicast,
  netmask,
  prefix,
  device,
  'service-discovery': serviceDiscoveryField,
  'npdu-default-timings': npduDefaultsField,
  internal_services: internalServicesField,
  clients: clientsField,
  supports_selective_broadcasts: selectiveBroadcastsField,
  e2e: e2eField,
  debounce: debounceField('all applications', 'first'),
  acceptances: acceptancesField,
  'secure-services': secureServicesField,
  partitions: partitionsField,
  suppress_missing_event_logs: suppressedEventsField,
}

/** Keys of older versions of vsomeip. */
export const OBSOLETE_FIELDS = {
  watchdog: obsolete('vsomeip 3.7 does not watch applications any more'),
  shutdown_timeout: obsolete('it is gone since vsomeip 3.7'),
  warn_fill_level: obsolete('it is gone since vsomeip 3.7'),
  'local-clients-keepalive': obsolete('`network-options` set the keep-alive of connections'),
}

export const ALL_FIELDS = { ...MANDATORY_FIELDS, ...OPTIONAL_FIELDS, ...OBSOLETE_FIELDS }
export type SectionName = keyof typeof ALL_FIELDS

export type SectionGroup = 'mandatory' | 'optional' | 'obsolete'

/** One row of the table of keys. */
export interface KeyRow extends FieldDoc {
  readonly path: string
  readonly group: SectionGroup
}

/** Every key, in the order of the reference. */
export function keyRows(): readonly KeyRow[] {
  const groups = { mandatory: MANDATORY_FIELDS, optional: OPTIONAL_FIELDS, obsolete: OBSOLETE_FIELDS }
  return Object.entries(groups).flatMap(([group, fields]) =>
    // The names of `groups` are those of SectionGroup; Object.entries forgets them.
    Object.entries(fields).flatMap(([name, field]) => rowsOf(name, field, group as SectionGroup)),
  )
}

function rowsOf(path: string, field: Field<unknown>, group: SectionGroup): readonly KeyRow[] {
  const inner = Object.entries(field.inner)
  const rows = inner.flatMap(([name, one]) => rowsOf(name === '[]' ? `${path}[]` : `${path}.${name}`, one, group))
  return [{ ...field.doc, path, group }, ...rows]
}
