import type { E2eConfiguration } from '../config/sections/e2e.ts'
import { E2eChecker, type E2eStatus } from '../e2e/checker.ts'
import { E2eProtector } from '../e2e/protector.ts'
import { vsomeipProtection } from '../e2e/vsomeip.ts'
import { encodeMessage, type Message, MessageView } from '../wire/message.ts'

interface Guard<T> {
  readonly areaStart: number
  readonly instance: T
}

/** Protects and checks the messages of one service instance, as the configuration says; by method or event id. */
export class E2eGuards {
  readonly #protectors = new Map<number, Guard<E2eProtector>>()
  readonly #checkers = new Map<number, Guard<E2eChecker>>()

  /** @throws EncodeError when the parameters of a profile contradict it */
  constructor({ enabled, protections }: E2eConfiguration, serviceId: number, instanceId: number) {
    for (const { eventId, protects, checks, profile, ...protection } of enabled ? protections : []) {
      if (protection.serviceId !== serviceId) continue
      const found = vsomeipProtection(profile, instanceId)
      if (found === undefined) continue
      const { areaStart, layout } = found
      if (protects) this.#protectors.set(eventId, { areaStart, instance: new E2eProtector(layout) })
      if (checks) this.#checkers.set(eventId, { areaStart, instance: new E2eChecker(layout) })
    }
  }

  /**
   * Writes the E2E fields into an encoded message, if it is one to protect.
   * @throws EncodeError when its payload has no room for them
   */
  protect(methodId: number, bytes: Uint8Array): void {
    const guard = this.#protectors.get(methodId)
    if (guard !== undefined) guard.instance.protect(bytes.subarray(guard.areaStart))
  }

  /** Undefined for a message that is not protected. */
  check(message: Message): E2eStatus | undefined {
    const guard = this.#checkers.get(message.methodId)
    if (guard === undefined) return undefined
    const bytes = message instanceof MessageView ? message.bytes : encodeMessage(message)
    return guard.instance.check(bytes.subarray(guard.areaStart))
  }
}
