import type { Configuration } from './configuration.ts'
import { basePathFrom, clientSideLoggingFrom, type Environment } from './environment.ts'
import { atName, type Found, reportIgnoredDuplicate } from './field.ts'
import { Problems } from './problems.ts'
import { ALL_FIELDS, MANDATORY_FIELDS, OBSOLETE_FIELDS, OPTIONAL_FIELDS, type SectionName } from './schema.ts'
import { readApplicationDefaults } from './sections/applications.ts'
import { readClientIds, readNetwork } from './sections/network.ts'
import type { Credentials, RoutingConfiguration } from './sections/routing.ts'
import { readSecurity } from './sections/security.ts'
import { readServices } from './sections/services.ts'
import { readMessageSizes } from './sections/sizes.ts'
import { readSockets } from './sections/sockets.ts'
import type { Source } from './source.ts'

/** Files in the order in which they are read. */
export interface Sources {
  /** Files with mandatory names. */
  readonly mandatory: readonly Source[]
  /** The others; undefined where only mandatory files are read. */
  readonly others: readonly Source[] | undefined
}

export interface Surroundings {
  readonly environment: Environment
  /** The default one. */
  readonly configurationFolder: string
}

/** The application that hosts routing according to `sources`; empty: they do not tell. */
export function routingHostOf(sources: readonly Source[]): string {
  return MANDATORY_FIELDS.routing.read(foundIn(sources, 'routing'), new Problems()).host.name
}

/** Reads all sections of all files. */
export function assemble(sources: Sources, around: Surroundings, problems: Problems): Configuration {
  const all = [...sources.mandatory, ...(sources.others ?? [])]
  reportUnread(all, problems)
  const find = (...names: SectionName[]) => findSections(sources, names)
  const fields = MANDATORY_FIELDS
  const optional = OPTIONAL_FIELDS
  const network = readNetwork(find, problems)
  const npduOfMandatory = optional['npdu-default-timings'].read(
    foundIn(sources.mandatory, 'npdu-default-timings'),
    new Problems(),
  )
  const services = [
    {
      found: foundIn(sources.mandatory, 'services'),
      npduDefaults: optional['npdu-default-timings'].read([], problems),
    },
    { found: foundIn(sources.others ?? [], 'services'), npduDefaults: npduOfMandatory },
  ]
  return {
    network,
    clientIds: readClientIds(find, problems),
    basePath: basePathFrom(around.environment),
    logging: fields.logging.read(findLogging(sources, problems), problems),
    clientSideLogging: clientSideLoggingFrom(around.environment),
    routing: readRouting(find('routing', 'routing-credentials'), problems),
    applications: fields.applications.read(find('applications'), problems),
    applicationDefaults: readApplicationDefaults(find, problems),
    services: readServices(services, network.unicast, problems),
    serviceDiscovery: optional['service-discovery'].read(find('service-discovery'), problems),
    npduDefaults: optional['npdu-default-timings'].read(find('npdu-default-timings'), problems),
    internalServices: optional.internal_services.read(find('internal_services'), problems),
    clientPorts: optional.clients.read(find('clients'), problems),
    selectiveBroadcastHosts: optional.supports_selective_broadcasts.read(
      find('supports_selective_broadcasts'),
      problems,
    ),
    e2e: optional.e2e.read(find('e2e'), problems),
    debounce: optional.debounce.read(find('debounce'), problems),
    acceptances: optional.acceptances.read(find('acceptances'), problems),
    secureServices: optional['secure-services'].read(find('secure-services'), problems),
    partitions: optional.partitions.read(find('partitions'), problems),
    suppressedEvents: optional.suppress_missing_event_logs.read(find('suppress_missing_event_logs'), problems),
    security: readSecurity(find, around.configurationFolder, problems),
    tracing: fields.tracing.read(find('tracing'), problems),
    messageSizes: readMessageSizes(find, problems),
    sockets: readSockets(find, problems),
  }
}

/** The places of some sections, file by file. Optional sections are not read from mandatory files alone. */
function findSections({ mandatory, others }: Sources, names: readonly SectionName[]): readonly Found[] {
  const read = names.filter((name) => others !== undefined || Object.hasOwn(MANDATORY_FIELDS, name))
  return [...mandatory, ...(others ?? [])].flatMap((source) => foundIn([source], ...read))
}

function foundIn(sources: readonly Source[], ...names: readonly SectionName[]): readonly Found[] {
  return sources.flatMap(({ sections }) =>
    names.map((name) => sections.get(name)).filter((found) => found !== undefined),
  )
}

/** vsomeip sets its log up as soon as it has read files that say how, and does not look into later ones. */
function findLogging({ mandatory, others = [] }: Sources, problems: Problems): readonly Found[] {
  const early = foundIn(mandatory, 'logging')
  const late = foundIn(others, 'logging')
  const [first] = early
  if (first === undefined) return late
  for (const one of late) reportIgnoredDuplicate(first, one, problems)
  return early
}

/** The credentials of the host may stand in two sections, of which the first one counts. */
function readRouting(found: readonly Found[], problems: Problems): RoutingConfiguration {
  const places = found.filter((one) => one.path === 'routing')
  const older = found.filter((one) => one.path === 'routing-credentials')
  const routing = MANDATORY_FIELDS.routing.read(places, problems)
  const credentials: Credentials | undefined = MANDATORY_FIELDS['routing-credentials'].read(older, problems)
  const { host } = routing
  const [place, olderPlace] = [places[0], older[0]]
  if (credentials === undefined || olderPlace === undefined) return routing
  if (host.credentials === undefined || place === undefined) return { ...routing, host: { ...host, credentials } }
  const isOlderFirst = found.indexOf(olderPlace) < found.indexOf(place)
  reportIgnoredDuplicate(isOlderFirst ? olderPlace : place, isOlderFirst ? place : olderPlace, problems)
  return isOlderFirst ? { ...routing, host: { ...host, credentials } } : routing
}

function reportUnread(sources: readonly Source[], problems: Problems): void {
  for (const [name, found] of sources.flatMap(({ sections }) => [...sections])) {
    if (!Object.hasOwn(ALL_FIELDS, name)) {
      problems.report('unknown-key', atName(found), 'there is no such key here; it is ignored')
    }
  }
  for (const [name, field] of Object.entries(OBSOLETE_FIELDS)) {
    for (const { sections } of sources) {
      const found = sections.get(name)
      if (found !== undefined) field.read([found], problems)
    }
  }
}
