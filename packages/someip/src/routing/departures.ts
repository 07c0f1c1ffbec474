import type { Configuration } from '../config/configuration.ts'
import { npduTiming, tpSegmentation } from '../config/queries.ts'
import type { ServiceConfiguration } from '../config/sections/services.ts'
import type { Departure } from './outbox.ts'

/** How messages of each method or event of a service leave; looked up once for each. Bounded by the method ids. */
export class Departures {
  readonly #configuration: Configuration
  readonly #service: ServiceConfiguration | undefined
  readonly #direction: 'requests' | 'responses'
  readonly #known = new Map<number, Departure>()

  constructor(
    configuration: Configuration,
    service: ServiceConfiguration | undefined,
    direction: 'requests' | 'responses',
  ) {
    this.#configuration = configuration
    this.#service = service
    this.#direction = direction
  }

  of(methodId: number): Departure {
    let departure = this.#known.get(methodId)
    if (departure === undefined) {
      const segmented = this.#direction === 'requests' ? 'clientToService' : 'serviceToClient'
      departure = {
        timing: npduTiming(this.#configuration, this.#service, this.#direction, methodId),
        tp: tpSegmentation(this.#service, segmented, methodId),
      }
      this.#known.set(methodId, departure)
    }
    return departure
  }
}
