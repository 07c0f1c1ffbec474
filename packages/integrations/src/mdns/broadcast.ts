import { type Clock, type Logger, messageOf } from '@opensovd/base'
import type { FeatureFlags } from '@opensovd/core'
import { Announcement } from './announcement.ts'
import { type Link, openLink, reachableInterfaces } from './link.ts'
import type { Service } from './service.ts'

export interface BroadcastOptions {
  readonly service: Service
  /** Where the server listens. */
  readonly host: string
  readonly features: FeatureFlags
  readonly clock: Clock
  readonly log: Logger
}

/** How often interfaces are looked for that came or went. */
const LOOK_MS = 30_000

/**
 * Announces a service on all networks where it can be reached, as long as the feature `mdns` is on, until it is disposed.
 * Networks may come and go.
 */
export async function openBroadcast(options: BroadcastOptions): Promise<AsyncDisposable> {
  const broadcast = new Broadcast(options)
  await broadcast.update()
  return broadcast
}

class Broadcast implements AsyncDisposable {
  readonly #options: BroadcastOptions
  readonly #endListening: () => void
  #announcement: Announcement | undefined
  #networks = '[]'
  #updating: Promise<void> = Promise.resolve()
  #cancel: () => void = () => {}
  #isClosed = false

  constructor(options: BroadcastOptions) {
    this.#options = options
    options.features.provide('mdns')
    this.#endListening = options.features.onChange(({ feature }) => {
      if (feature === 'mdns') void this.update()
    })
  }

  /** Makes the announcement what the feature and the interfaces ask for. */
  update(): Promise<void> {
    this.#updating = this.#updating.then(() => this.#update())
    return this.#updating
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#endListening()
    await this.update()
  }

  async #update(): Promise<void> {
    const { host, features, clock } = this.#options
    this.#cancel()
    const isWanted = features.isOn('mdns') && !this.#isClosed
    const interfaces = isWanted ? reachableInterfaces(host) : []
    const networks = JSON.stringify(interfaces)
    if (networks !== this.#networks) {
      await this.#announcement?.[Symbol.asyncDispose]()
      this.#announcement = undefined
      const links = (await Promise.all(interfaces.map((each) => this.#open(each)))).filter((link) => link !== undefined)
      if (links.length > 0) this.#announcement = new Announcement({ ...this.#options, links })
      this.#networks = links.length === interfaces.length ? networks : ''
    }
    if (!this.#isClosed) this.#cancel = clock.after(LOOK_MS, () => void this.update())
  }

  async #open(network: ReturnType<typeof reachableInterfaces>[number]): Promise<Link | undefined> {
    const { log } = this.#options
    try {
      return await openLink(network, log)
    } catch (error) {
      log.warn('cannot announce by mDNS', { interface: network.name, error: messageOf(error) })
      return undefined
    }
  }
}
