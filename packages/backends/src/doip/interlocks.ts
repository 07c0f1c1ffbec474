import type { Json } from '@opensovd/base'
import { type DataDescription, decodeValue } from '@opensovd/ecu'
import { SovdError } from '@opensovd/sovd'
import { POWER_MODE, powerMode, type Runtime, type UdsTester } from '@opensovd/uds'
import type { DoipBackendOptions, Guarded, Interlock } from './options.ts'

type DataInterlock = Extract<Interlock, { kind: 'data' }>

/** Conditions of the vehicle that are looked at each time before something is done that they guard. */
export class Interlocks {
  readonly #runtime: Runtime
  readonly #tester: UdsTester
  readonly #options: DoipBackendOptions

  constructor(runtime: Runtime, tester: UdsTester, options: DoipBackendOptions) {
    this.#runtime = runtime
    this.#tester = tester
    this.#options = options
  }

  /** @throws SovdError `conflict` when a condition is not met, or nobody can tell whether it is */
  async require(guarded: Guarded, signal: AbortSignal): Promise<void> {
    for (const interlock of this.#options.interlocks) {
      if (interlock.guards && !interlock.guards.includes(guarded)) continue
      const problem = await this.#problem(interlock, signal)
      if (problem === undefined) continue
      throw new SovdError('conflict', `an interlock keeps this from being done: ${problem}`, {
        details: [{ code: 'precondition-not-fulfilled', message: problem }],
      })
    }
  }

  async #problem(interlock: Interlock, signal: AbortSignal): Promise<string | undefined> {
    try {
      return interlock.kind === 'data'
        ? await this.#dataProblem(interlock, signal)
        : await this.#powerProblem(interlock, signal)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      const what = interlock.kind === 'data' ? `${interlock.data} of '${interlock.ecu}'` : 'the power mode'
      return `${what} cannot be read (${error instanceof Error ? error.message : error})`
    }
  }

  async #dataProblem(interlock: DataInterlock, signal: AbortSignal): Promise<string | undefined> {
    const { ecu: ecuId, data } = interlock
    const ecu = this.#options.ecus.find(({ id }) => id === ecuId)
    const item = ecu?.data.find(({ id }) => id === data)
    if (!ecu || !item) return `'${ecuId}' has no ${data}`
    const value = await this.#read(ecu.address, item, signal)
    return isMet(interlock, value)
      ? undefined
      : `${data} of '${ecuId}' is ${JSON.stringify(value)}, not ${wanted(interlock)}`
  }

  async #read(address: number, item: DataDescription, signal: AbortSignal): Promise<Json | undefined> {
    const { did, data } = await this.#tester.ecu(address).request('readDataByIdentifier', { dids: [item.did] }, signal)
    const decoded = did === item.did ? decodeValue(item.encoding, data) : undefined
    return decoded && 'value' in decoded ? decoded.value : undefined
  }

  async #powerProblem({ udpPort }: Extract<Interlock, { kind: 'powerMode' }>, signal: AbortSignal) {
    const { host } = this.#options.connection
    const mode = await powerMode(this.#runtime, host, { port: udpPort }, signal)
    return mode === POWER_MODE.READY
      ? undefined
      : `the power mode is 0x${mode.toString(16).padStart(2, '0')}, not ready`
  }
}

function isMet({ equals, minimum, maximum }: DataInterlock, value: Json | undefined): boolean {
  if (value === undefined) return false
  if (equals !== undefined && value !== equals) return false
  if (minimum !== undefined && !(typeof value === 'number' && value >= minimum)) return false
  return maximum === undefined || (typeof value === 'number' && value <= maximum)
}

function wanted({ equals, minimum, maximum }: DataInterlock): string {
  const parts = [
    ...(equals === undefined ? [] : [JSON.stringify(equals)]),
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
  ]
  return parts.join(' and ')
}
