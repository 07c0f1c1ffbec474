import type { Findings } from './findings.ts'
import { isLoopback } from './loopback.ts'
import type { Settings } from './settings/settings.ts'

export interface MdnsConfig {
  readonly instance: string
  /** Without the dot at the end. */
  readonly hostname: string
  readonly identification?: string
  readonly accessUrl?: string
}

/** How the gateway is announced; nothing where it is not. */
export function readMdns({ mdns, server }: Settings, findings: Findings): MdnsConfig | undefined {
  const { enabled, instance_name, hostname, identification, access_url } = mdns
  if (!enabled) return undefined
  if (isLoopback(server.host)) {
    const problem = `nobody in the network can reach ${server.host}; set server.host to an address of a network`
    findings.problem('mdns.enabled', problem, { involved: ['server.host'] })
  }
  if (access_url !== undefined && !URL.canParse(access_url)) {
    findings.problem('mdns.access_url', `expected a URL such as http://car.local:7690/sovd, got "${access_url}"`)
  }
  return {
    instance: instance_name,
    hostname: hostname.replace(/\.$/, ''),
    ...(identification !== undefined && { identification }),
    ...(access_url !== undefined && { accessUrl: access_url }),
  }
}
