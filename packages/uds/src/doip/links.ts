import type { UdsSettings } from '../client/options.ts'
import { UdsTester } from '../client/uds-tester.ts'
import type { Runtime } from '../runtime.ts'
import { type ConnectionOptions, type ConnectionSettings, connectionOptions } from './connection-options.ts'
import { DoipGateway } from './gateway.ts'

/** One connection and the ECUs behind it. */
export interface DoipLink {
  readonly gateway: DoipGateway
  readonly tester: UdsTester
}

/** Everything a tester talks to over DoIP: one connection for each network address, whoever asks for it. */
export class DoipLinks implements AsyncDisposable {
  readonly #runtime: Runtime
  readonly #uds: UdsSettings
  readonly #links = new Map<string, DoipLink>()

  constructor(runtime: Runtime, uds: UdsSettings = {}) {
    this.#runtime = runtime
    this.#uds = uds
  }

  /**
   * The link to the entity at a network address, always the same one for one tester address. Connects to nothing yet.
   * @throws TypeError when the address was given before with other settings
   */
  link(settings: ConnectionSettings): DoipLink {
    const options = connectionOptions(settings)
    const key = `${options.host} ${options.port} ${options.testerAddress}`
    const known = this.#links.get(key)
    if (known) {
      const changed = differences(known.gateway.options, options)
      if (changed.length === 0) return known
      throw new TypeError(`${options.host}:${options.port} was given before with another ${changed.join(', ')}`)
    }
    const gateway = new DoipGateway(this.#runtime, settings)
    const link = { gateway, tester: new UdsTester(gateway, this.#runtime, this.#uds) }
    this.#links.set(key, link)
    return link
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const links = [...this.#links.values()]
    this.#links.clear()
    for (const { tester } of links) tester[Symbol.dispose]()
    await Promise.all(links.map(({ gateway }) => gateway[Symbol.asyncDispose]()))
  }
}

/** The names of the options that differ; their values may be secret. */
function differences(one: ConnectionOptions, other: ConnectionOptions): readonly string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof ConnectionOptions>
  return [...names].filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]))
}
