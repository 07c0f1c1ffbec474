import type { Clock, Logger } from '@opensovd/base'
import type { FeatureFlags } from '@opensovd/core'
import type { ServerConfig } from './config/config.ts'
import type { MdnsConfig } from './config/mdns.ts'

export interface MdnsDeps {
  readonly features: FeatureFlags
  readonly clock: Clock
  readonly log: Logger
}

/** Announces a server that listens at a port, until what it returns is disposed [ASAM SOVD 4.9.3]. */
export async function openMdns(
  config: MdnsConfig,
  { host, tls, isoBase }: ServerConfig,
  port: number,
  deps: MdnsDeps,
): Promise<AsyncDisposable> {
  const { openBroadcast } = await import('@opensovd/integrations/mdns')
  const { instance, hostname, identification } = config
  const above = isoBase.slice(0, isoBase.lastIndexOf('/'))
  const txt = (name: string) => {
    const accessUrl = config.accessUrl ?? `${tls ? 'https' : 'http'}://${name}:${port}${above}`
    return [...(identification === undefined ? [] : [`identification=${identification}`]), `accessurl=${accessUrl}`]
  }
  const service = { instance, type: '_sovd._tcp.local', host: hostname, port, txt }
  return openBroadcast({ service, host, ...deps })
}
