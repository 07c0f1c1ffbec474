/** The environment variables of vsomeip, as a program passes them in. */
export type Environment = Readonly<Record<string, string | undefined>>

const MANDATORY_FILES = [
  'vsomeip_std.json',
  'vsomeip_app.json',
  'vsomeip_events.json',
  'vsomeip_plc.json',
  'vsomeip_log.json',
  'vsomeip_security.json',
  'vsomeip_whitelist.json',
  'vsomeip_policy_extensions.json',
  'vsomeip_portcfg.json',
  'vsomeip_device.json',
]

/** The name that an application has: its own, or that of VSOMEIP_APPLICATION_NAME if it has none. */
export function applicationNameFrom(name: string, environment: Environment): string {
  return name === '' ? (environment.VSOMEIP_APPLICATION_NAME ?? '') : name
}

/** The variable that names a file or folder for the application, with its value. */
export function namedConfiguration(
  name: string,
  environment: Environment,
): { readonly variable: string; readonly path: string } | undefined {
  for (const variable of [`VSOMEIP_CONFIGURATION_${name}`, 'VSOMEIP_CONFIGURATION']) {
    const path = environment[variable]
    if (path !== undefined) return { variable, path }
  }
  return undefined
}

/** Base names of the files that every application reads. */
export function mandatoryFileNames(environment: Environment): ReadonlySet<string> {
  const names = environment.VSOMEIP_MANDATORY_CONFIGURATION_FILES
  if (names === undefined) return new Set(MANDATORY_FILES)
  return new Set(names === '' ? [] : names.split(',').map((name) => name.trim()))
}

/** The folder of local sockets and of the lock file; ends with a slash. */
export function basePathFrom(environment: Environment): string {
  const path = environment.VSOMEIP_BASE_PATH || '/tmp'
  return path.endsWith('/') ? path : `${path}/`
}

/** Which messages an application logs. 0xFFFF: any instance. */
export type ClientSideLogging =
  | { readonly kind: 'off' }
  | { readonly kind: 'all' }
  | { readonly kind: 'some'; readonly services: readonly { readonly serviceId: number; readonly instanceId: number }[] }

const SERVICE = /^([\da-f]{1,4})(?:\.([\da-f]{1,4}))?$/i

/** Reads `SSSS` and `SSSS.IIII` in hexadecimal, separated by spaces or colons; it ends at the first text of another form. */
export function clientSideLoggingFrom(environment: Environment): ClientSideLogging {
  const text = environment.VSOMEIP_CLIENTSIDELOGGING
  if (text === undefined) return { kind: 'off' }
  const items = text.replace(/^"/, '').replace(/".*$/s, '').split(/[ :]/)
  if (text === '') return { kind: 'all' }
  const services: { serviceId: number; instanceId: number }[] = []
  for (const item of items) {
    const match = SERVICE.exec(item)
    if (match === null) break
    const [, service = '', instance = 'ffff'] = match
    services.push({ serviceId: Number.parseInt(service, 16), instanceId: Number.parseInt(instance, 16) })
  }
  return { kind: 'some', services }
}
