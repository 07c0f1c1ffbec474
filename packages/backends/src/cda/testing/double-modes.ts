import { isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import type { DoubleAnswer, DoubleRequest } from '../../sovd/testing/http-double.ts'
import type { EcuModel } from './ecu-model.ts'
import { badRequest, invalidParameter, items, negative, notFound, ok } from './refusals.ts'

const NAMES: Readonly<Record<string, string>> = {
  session: 'Diagnostic session',
  security: 'Security access',
  commctrl: 'Communication control',
  dtcsetting: 'DTC setting',
}

const COMMUNICATION = ['EnableRxAndEnableTx', 'EnableRxAndDisableTx', 'DisableRxAndEnableTx', 'DisableRxAndDisableTx']
const DTC_SETTING = ['on', 'off']

/** The seed, and the key that goes with it: each byte and 13, without carry. */
const SEED = [0, 1, 2, 3, 4, 5, 6, 7]
const KEY = SEED.map((byte) => (byte + 13) % 256)

/** The modes of an ECU behind the adapter. */
export class DoubleModes {
  readonly #model: EcuModel
  readonly #values: Record<string, string> = {}
  #hasSeed = false

  constructor(model: EcuModel) {
    this.#model = model
    this.reset()
    this.#values.commctrl = 'EnableRxAndEnableTx'
    this.#values.dtcsetting = 'on'
  }

  get session(): string {
    return this.#values.session ?? ''
  }

  get security(): string {
    return this.#values.security ?? ''
  }

  /** The end of a lock, or a restart. */
  reset(): void {
    this.#values.session = 'Default'
    this.#values.security = 'Locked'
    this.#hasSeed = false
  }

  /** Data identifier F186 [14229-1 C.1]. */
  identifier(): JsonObject {
    return { EcuSessionType: this.session }
  }

  answer({ method, body }: DoubleRequest, [id]: readonly string[], refusal: DoubleAnswer | undefined): DoubleAnswer {
    if (id === undefined) return items(Object.entries(NAMES).map(([each, name]) => ({ id: each, name })))
    const name = NAMES[id]
    if (name === undefined) return notFound(`Resource not found: modes/${id}`)
    if (method === 'GET') {
      if (id === 'security' && refusal) return refusal
      return ok({ name, value: this.#values[id] ?? '' })
    }
    if (method !== 'PUT') return { status: 405 }
    if (refusal) return refusal
    if (!isJsonObject(body) || typeof body.value !== 'string') return badRequest('missing field `value`')
    return id === 'security' ? this.#unlock(body.value, body) : this.#set(id, body.value)
  }

  #set(id: string, value: string): DoubleAnswer {
    const possible = { session: this.#model.sessions, commctrl: COMMUNICATION, dtcsetting: DTC_SETTING }[id] ?? []
    const found = possible.find((each) => each.toLowerCase() === value.toLowerCase())
    if (found === undefined)
      return id === 'session' ? notFound(`session '${value}' not found`) : invalidParameter(possible)
    this.#values[id] = found
    if (id === 'session') this.#values.security = 'Locked'
    return ok({ id, value: id === 'session' ? found : value })
  }

  #unlock(value: string, body: JsonObject): DoubleAnswer {
    const isSeed = value.toLowerCase().endsWith('_requestseed')
    const key = keyOf(body)
    if (isSeed && key !== undefined) return badRequest('RequestSeed and SendKey cannot be used at the same time.')
    if (!isSeed && key === undefined) return badRequest('RequestSeed is not set but no key is given.')
    if (this.session === 'Default') return negative(0x27, 0x7f, 'ServiceNotSupportedInActiveSession')
    if (isSeed) {
      this.#hasSeed = true
      return ok({ id: 'security', seed: { Request_Seed: hex(SEED) } })
    }
    if (!this.#hasSeed) return negative(0x27, 0x24, 'RequestSequenceError')
    if (key !== hex(KEY)) return negative(0x27, 0x35, 'InvalidKey')
    this.#values.security = value
    return ok({ id: 'security', value })
  }
}

function keyOf(body: JsonObject): string | undefined {
  const key: Json | undefined = body.Key
  const text = isJsonObject(key) ? (key.Send_Key ?? key.SendKey) : undefined
  return typeof text === 'string' ? text : undefined
}

function hex(bytes: readonly number[]): string {
  return bytes.map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(' ')
}
