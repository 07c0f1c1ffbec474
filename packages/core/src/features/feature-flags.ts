import { Listeners, type Logger, messageOf } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { Caller } from '../caller.ts'

/** What can be switched while the gateway runs. */
export const FEATURES = {
  audit: 'Audit trail recording',
  auth: 'Authentication middleware',
  bridge: 'Cloud bridge endpoints',
  history: 'Historical diagnostic storage',
  mdns: 'mDNS discovery broadcast',
  metrics: 'Prometheus metrics endpoint',
  multi_tenant: 'Multi-tenant isolation',
  rate_limit: 'Rate limiting middleware',
  sse_stream: 'SSE data-change stream',
  vendor_extensions: 'Vendor extensions (x-uds routes)',
} as const satisfies Readonly<Record<string, string>>

export type FeatureName = keyof typeof FEATURES

export interface Feature {
  readonly name: FeatureName
  readonly enabled: boolean
  readonly description: string
  /** Whether the gateway has it at all: what it has not cannot be switched on. */
  readonly available: boolean
}

export interface FeatureChange {
  readonly feature: FeatureName
  readonly enabled: boolean
  readonly caller: Caller
}

/**
 * Which features are on. A feature is there once the part that has it said so with `provide`; then it is on, unless it
 * was to be off from the beginning. Nothing survives a restart.
 */
export class FeatureFlags {
  readonly #log: Logger
  readonly #provided = new Set<FeatureName>()
  readonly #disabled: Set<FeatureName>
  readonly #changes: Listeners<FeatureChange>

  constructor(log: Logger, disabled: readonly FeatureName[] = []) {
    this.#log = log
    this.#disabled = new Set(disabled)
    this.#changes = new Listeners((error) => log.error('a listener to features failed', { error: messageOf(error) }))
  }

  /** Tells that the gateway has a feature, and asks `isOn` before it does what the feature is. */
  provide(name: FeatureName): void {
    this.#provided.add(name)
  }

  isOn(name: FeatureName): boolean {
    return this.#provided.has(name) && !this.#disabled.has(name)
  }

  /** @throws SovdError `not-found` for a feature that is off */
  require(name: FeatureName): void {
    if (this.isOn(name)) return
    throw new SovdError('not-found', `the feature '${name}' is switched off`, { target: name })
  }

  /** All features by name. */
  list(): readonly Feature[] {
    return names().map((name) => this.#feature(name))
  }

  /** @throws SovdError `not-found` */
  get(name: string): Feature {
    return this.#feature(nameOf(name))
  }

  /**
   * Switches a feature.
   * @throws SovdError `not-found` for what is none; `not-implemented` for switching on what the gateway does not have
   */
  set(name: string, enabled: boolean, caller: Caller): Feature {
    const feature = nameOf(name)
    if (enabled && !this.#provided.has(feature)) {
      throw new SovdError('not-implemented', `this gateway does not have the feature '${feature}'`, { target: feature })
    }
    const before = this.isOn(feature)
    if (enabled) this.#disabled.delete(feature)
    else this.#disabled.add(feature)
    if (before !== enabled) {
      this.#log.warn('a feature was switched', { feature, enabled, by: caller.subject ?? 'anonymous' })
      this.#changes.notify({ feature, enabled, caller })
    }
    return this.#feature(feature)
  }

  /** Calls `listener` after each change. Returns a function that ends it. */
  onChange(listener: (change: FeatureChange) => void): () => void {
    return this.#changes.add(listener)
  }

  #feature(name: FeatureName): Feature {
    return { name, enabled: this.isOn(name), description: FEATURES[name], available: this.#provided.has(name) }
  }
}

function names(): readonly FeatureName[] {
  return Object.keys(FEATURES).filter((name) => isFeature(name))
}

/** Whether there is a feature of this name. */
export function isFeature(name: string): name is FeatureName {
  return Object.hasOwn(FEATURES, name)
}

function nameOf(name: string): FeatureName {
  if (isFeature(name)) return name
  throw new SovdError('not-found', `Unknown feature flag: ${name}`, { target: name })
}
