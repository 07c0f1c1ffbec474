import { createDoipBackend } from '@opensovd/backends/doip'
import { AppError, type Clock, raceSignal, Scope, silentLogger } from '@opensovd/base'
import type { Backend, Facets } from '@opensovd/core'
import type { EcuDescription } from '@opensovd/ecu'
import { commandKeys } from '@opensovd/ecu/node'
import { SovdError } from '@opensovd/sovd'
import { nodeNetwork } from '@opensovd/uds/node'
import type { DoipAccess } from '../uds/target.ts'
import { UnreachableError, UsageError } from '../uds/tool.ts'
import { failureOf, stoppedOf } from './failure.ts'
import type { Flasher, FlashJob, FlashState, Verification } from './flash-job.ts'

export interface DoipFlasherOptions extends DoipAccess {
  readonly ecu: EcuDescription
  readonly clock: Clock
  /** What is written as the fingerprint of who programs. */
  readonly fingerprint?: string
}

const PRESENCE = { presenceMs: 5000, testerPresentMs: 2000, sessionIdleMs: 300_000 }

/** Programs an ECU behind a DoIP entity by the recipe of its description, as the gateway does it. */
export function doipFlasher({ ecu, clock, fingerprint, ...access }: DoipFlasherOptions): Flasher {
  const { host, port, tester, activationType } = access
  const backend = createDoipBackend(
    {
      name: `${host}:${port}`,
      connection: { host, port, testerAddress: tester, activationType },
      ecus: [ecu],
      ...PRESENCE,
      memory: [],
      interlocks: [],
      isRawAllowed: false,
      refusals: new Map(),
    },
    { clock, log: silentLogger, network: nodeNetwork(clock), commandKeys },
  )
  const scope = new Scope(() => {})
  return {
    start: async (image, address, signal) => {
      scope.run((closing) => backend.run(closing))
      const { operations, uds } = await raceSignal(facetsOf(backend), signal)
      const operation = uds?.flashOperation
      if (!operations || operation === undefined) throw new UsageError(`the description has no flash of "${ecu.id}"`)
      const data = Buffer.from(image).toString('base64')
      const parameters = { address, data, ...(fingerprint !== undefined && { fingerprint }) }
      const { id } = await operations.start(operation, parameters, { signal }).catch(throwAsUsage)
      if (id === undefined) throw new AppError('no-execution', 'the programming has no execution')
      return jobOf(operations, operation, id, ecu.flash?.verify === undefined ? 'unverified' : 'verified')
    },
    [Symbol.asyncDispose]: async () => {
      await scope.close()
      await backend[Symbol.asyncDispose]()
    },
  }
}

/** What is wrong with the parameters is wrong with the arguments. */
function throwAsUsage(error: unknown): never {
  if (!(error instanceof SovdError) || error.code !== 'invalid-request') throw error
  throw new UsageError(error.message, { cause: error })
}

/** What the ECU can do, once it has answered. */
function facetsOf(backend: Backend): Promise<Facets> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const { status, entities } = backend.snapshot
      if (status.phase === 'down') reject(new UnreachableError(status.message))
      if (status.phase === 'up' && entities[0]) resolve(entities[0].facets)
    }
    backend.onChange(look)
    look()
  })
}

function jobOf(
  operations: NonNullable<Facets['operations']>,
  operation: string,
  id: string,
  verification: Verification,
): FlashJob {
  return {
    state: async (signal): Promise<FlashState> => {
      const state = await operations.state(operation, id, { signal })
      switch (state.status) {
        case 'running':
          return { status: 'running', progress: state.progress }
        case 'completed':
          return { status: 'completed', verification }
        case 'failed':
          return failureOf(state.result, state.error)
        case 'stopped':
          return stoppedOf(state.result)
      }
    },
    stop: async () => void (await operations.stop?.(operation, id, { signal: new AbortController().signal })),
  }
}
