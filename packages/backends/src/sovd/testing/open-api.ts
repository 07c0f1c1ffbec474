import type { Clock } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import type { BackendCall } from '@opensovd/core'
import { testClient } from '../../http/testing/ask.ts'
import { ApiClient } from '../api-client.ts'
import { type DoubleAnswer, type DoubleHandler, type DoubleRequest, HttpDouble } from './http-double.ts'

/** An API client and the server it talks to. */
export async function openApi(handler: DoubleHandler, clock: Clock = systemClock) {
  const server = await new HttpDouble(handler).start()
  const http = testClient({ origin: server.url }, clock)
  const calls: BackendCall[] = []
  const api = new ApiClient({
    name: 'zone',
    peer: "backend 'zone'",
    base: '/sovd/v1',
    http,
    clock,
    observe: (call) => calls.push(call),
  })
  return {
    api,
    server,
    calls,
    async [Symbol.asyncDispose]() {
      await http[Symbol.asyncDispose]()
      await server.stop()
    },
  }
}

/** Requests whose answers wait for the test. */
export class HeldAnswers {
  readonly #held: { request: DoubleRequest; answer: (answer: DoubleAnswer) => void }[] = []
  #arrived = Promise.withResolvers<void>()

  readonly handler: DoubleHandler = (request) =>
    new Promise((resolve) => {
      this.#held.push({ request, answer: resolve })
      this.#arrived.resolve()
      this.#arrived = Promise.withResolvers()
    })

  /** Answers the next request, when it is there. */
  async answer(answer: DoubleAnswer): Promise<DoubleRequest> {
    while (this.#held.length === 0) await this.#arrived.promise
    const [first] = this.#held.splice(0, 1)
    if (!first) throw new Error('no request')
    first.answer(answer)
    return first.request
  }

  /** Resolves when `count` requests wait. */
  async arrival(count: number): Promise<void> {
    while (this.#held.length < count) await this.#arrived.promise
  }
}

/** A call that nobody ends. */
export function context(signal: AbortSignal = new AbortController().signal) {
  return { signal }
}
