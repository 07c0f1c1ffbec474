import { type DnsName, nameOf } from './dns-name.ts'

/** What is announced: an instance of a service at a port of a host. */
export interface Service {
  /** As people call it. */
  readonly instance: string
  /** Such as `_sovd._tcp.local`. */
  readonly type: string
  /** Such as `opensovd.local`. */
  readonly host: string
  readonly port: number
  /** `key=value` each, for the name that the host has. */
  readonly txt: (host: string) => readonly string[]
}

export function instanceName({ instance, type }: Pick<Service, 'instance' | 'type'>): DnsName {
  return [instance, ...nameOf(type)]
}

const COUNTED = / \((\d+)\)$/
const COUNTED_HOST = /-(\d+)(\.local)$/

/** The next name to try when this one is somebody else's: `name (2)`, `name (3)` and so on [RFC 6763 D]. */
export function nextInstance(instance: string): string {
  const count = Number(COUNTED.exec(instance)?.[1] ?? 1)
  return `${instance.replace(COUNTED, '')} (${count + 1})`
}

/** Likewise `host-2.local`, `host-3.local` and so on. */
export function nextHost(host: string): string {
  const count = Number(COUNTED_HOST.exec(host)?.[1] ?? 1)
  return host.replace(COUNTED_HOST, '$2').replace(/\.local$/, `-${count + 1}.local`)
}
