import { every, list, object, readEach, unused } from '../compounds.ts'
import { atName, dropEntry, type Field, type Found, type Infer, mapped } from '../field.ts'
import { toMap } from '../keyed.ts'
import type { Problems } from '../problems.ts'
import { hex4 } from '../ranges.ts'
import { choice, flagUnlessFalse, integer, text } from '../scalars.ts'
import { type DebounceFilters, debounceField } from './debounce.ts'

export interface ApplicationConfiguration {
  readonly name: string
  /** Undefined: the routing host assigns one. */
  readonly clientId: number | undefined
  readonly maxDispatchers: number
  readonly maxDispatchTimeMs: number
  readonly threads: number
  readonly ioThreadNice: number
  readonly requestDebounceTimeMs: number
  /** 0: the routing host takes `logging.statusIntervalMs`, other applications log none. */
  readonly statusLogIntervalMs: number
  /** 0: the routing host takes `logging.version.intervalMs`, other applications log none. */
  readonly versionLogIntervalMs: number
  readonly plugins: readonly Plugin[]
  readonly debounce: DebounceFilters
  /** Without it notifications carry session id 0. */
  readonly hasSessionHandling: boolean
}

export const PLUGIN_TYPES = ['application_plugin', 'configuration_plugin'] as const
export interface Plugin {
  readonly type: (typeof PLUGIN_TYPES)[number]
  readonly name: string
}

/** What holds for applications that no file lists. */
export interface ApplicationDefaults {
  readonly maxDispatchers: number
  readonly maxDispatchTimeMs: number
  readonly requestDebounceTimeMs: number
}

const UNSET_CLIENT = 0xffff
const NO_THREADS = 'handlers run on the one JavaScript thread'
const NO_LIBRARIES = 'shared libraries for vsomeip cannot be loaded'

const maxDispatchers = (repeat?: 'first') =>
  integer({
    type: 'uint64',
    default: 10,
    meaning: 'most threads that run handlers besides the main one',
    noEffect: NO_THREADS,
    ...(repeat === undefined ? {} : { repeat }),
  })
const maxDispatchTime = (repeat?: 'first') =>
  integer({
    type: 'uint64',
    default: 100,
    meaning: 'milliseconds after which a handler counts as blocked',
    noEffect: NO_THREADS,
    ...(repeat === undefined ? {} : { repeat }),
  })

const pluginKeys = object(
  {
    name: text({ meaning: 'name of the library without `lib` and `.so`', repeat: 'first', noEffect: NO_LIBRARIES }),
    type: choice({ choices: PLUGIN_TYPES, meaning: 'kind of the plug-in', repeat: 'first', noEffect: NO_LIBRARIES }),
    additional: unused('data for the plug-in', NO_LIBRARIES),
    application_plugin: every(
      text({ default: '', meaning: 'older form of `name` and `type`', noEffect: NO_LIBRARIES }),
    ),
    configuration_plugin: every(
      text({ default: '', meaning: 'older form of `name` and `type`', noEffect: NO_LIBRARIES }),
    ),
  },
  { meaning: 'one plug-in', noEffect: NO_LIBRARIES },
)

const keys = object(
  {
    name: text({ default: '', meaning: 'name that the application is created with' }),
    id: integer({
      notation: 'decimal or 0x',
      meaning: 'client id',
      defaultText: 'assigned by the routing host',
      adjust: (value) => (value === UNSET_CLIENT ? undefined : value),
      rule: 'not 0xFFFF',
    }),
    max_dispatchers: maxDispatchers(),
    max_dispatch_time: maxDispatchTime(),
    threads: integer({
      type: 'uint64',
      default: 2,
      adjust: (value) => Math.min(255, Math.max(1, value)),
      rule: '1 to 255',
      meaning: 'threads for input and output',
      noEffect: NO_THREADS,
    }),
    io_thread_nice: integer({
      type: 'int32',
      default: 0,
      meaning: 'nice level of these threads',
      noEffect: NO_THREADS,
    }),
    request_debounce_time: integer({
      type: 'uint64',
      default: 0,
      adjust: (value) => Math.min(10_000, value),
      rule: 'at most 10000',
      meaning: 'milliseconds in which requests for services are collected before they go to the routing host',
    }),
    status_log_interval: integer({
      type: 'uint32',
      default: 0,
      meaning: 'milliseconds between two status logs; 0: the host takes `logging.status_log_interval`, others log none',
    }),
    version_log_interval: integer({
      type: 'uint32',
      default: 0,
      meaning: 'milliseconds between two version logs; 0: the host takes `logging.version.interval`, others log none',
    }),
    plugins: list(mapped(pluginKeys, toPlugins), { meaning: 'plug-ins', noEffect: NO_LIBRARIES }),
    debounce: debounceField('this application', 'last'),
    has_session_handling: flagUnlessFalse({ default: true, meaning: 'number notifications with session ids' }),
  },
  { meaning: 'one application' },
)

const applicationField = mapped(keys, (values, found, problems) => {
  if (values.name === '') return dropEntry(found, problems, 'an application needs "name"')
  return { key: values.name, value: toApplication(values), found }
})

export const applicationsField: Field<ReadonlyMap<string, ApplicationConfiguration>> = mapped(
  list(applicationField, { meaning: 'applications of this host; the first one of a name counts' }),
  (applications, _found, problems) => {
    const places = new Map(applications.map(({ value, found }) => [value, found]))
    return withUniqueClientIds(toMap(applications, 'first', problems), places, problems)
  },
)

function toPlugins(values: Infer<typeof pluginKeys>): readonly Plugin[] {
  const { name, type } = values
  return [
    ...(name === undefined || type === undefined ? [] : [{ type, name }]),
    ...values.application_plugin.map((one) => ({ type: 'application_plugin', name: one }) as const),
    ...values.configuration_plugin.map((one) => ({ type: 'configuration_plugin', name: one }) as const),
  ]
}

function toApplication(values: Infer<typeof keys>): ApplicationConfiguration {
  return {
    name: values.name,
    clientId: values.id,
    maxDispatchers: values.max_dispatchers,
    maxDispatchTimeMs: values.max_dispatch_time,
    threads: values.threads,
    ioThreadNice: values.io_thread_nice,
    requestDebounceTimeMs: values.request_debounce_time,
    statusLogIntervalMs: values.status_log_interval,
    versionLogIntervalMs: values.version_log_interval,
    plugins: values.plugins.flat(),
    debounce: values.debounce,
    hasSessionHandling: values.has_session_handling,
  }
}

/** A client id belongs to the first application that asks for it; the others get one assigned. */
function withUniqueClientIds(
  applications: ReadonlyMap<string, ApplicationConfiguration>,
  places: ReadonlyMap<ApplicationConfiguration, readonly Found[]>,
  problems: Problems,
): ReadonlyMap<string, ApplicationConfiguration> {
  const owners = new Map<number, string>()
  const unique = new Map<string, ApplicationConfiguration>()
  for (const [name, application] of applications) {
    const { clientId } = application
    const owner = clientId === undefined ? undefined : owners.get(clientId)
    if (clientId !== undefined && owner === undefined) owners.set(clientId, name)
    unique.set(name, owner === undefined ? application : { ...application, clientId: undefined })
    for (const one of owner === undefined ? [] : (places.get(application) ?? [])) {
      const message = `client id ${hex4(clientId ?? 0)} belongs to application "${owner}"; another one is assigned`
      problems.report('duplicate-definition', atName(one), message)
    }
  }
  return unique
}

export const applicationDefaultFields = {
  dispatching: object(
    { max_dispatchers: maxDispatchers('first'), max_dispatch_time: maxDispatchTime('first') },
    { meaning: 'for applications that no file lists', noEffect: NO_THREADS },
  ),
  request_debounce_time: integer({
    type: 'uint64',
    default: 0,
    meaning: '`applications[].request_debounce_time` of applications that no file lists',
    repeat: 'first',
  }),
}

export function readApplicationDefaults(
  find: (key: keyof typeof applicationDefaultFields) => readonly Found[],
  problems: Problems,
): ApplicationDefaults {
  const { dispatching, request_debounce_time } = readEach(applicationDefaultFields, find, problems)
  return {
    maxDispatchers: dispatching.max_dispatchers,
    maxDispatchTimeMs: dispatching.max_dispatch_time,
    requestDebounceTimeMs: request_debounce_time,
  }
}
