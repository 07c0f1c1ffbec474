import type { Clock, Logger } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import {
  COMMUNICATION_CONTROL,
  DIAGNOSTIC_NACK,
  type DiagnosticRequest,
  type DiagnosticTarget,
  encodeNegativeResponse,
  NRC,
  SESSION,
  type ServiceHandlers,
  UdsServer,
} from '@opensovd/uds'
import type { SimulatedEcuDescription } from '../description/schema/description.ts'
import type { FaultEffect } from '../description/schema/simulation.ts'
import { inSimulatedVariant } from '../description/variant.ts'
import { type AccessOf, accessOf } from './access.ts'
import { DataStore } from './data-store.ts'
import { DtcMemory } from './dtc-memory.ts'
import { captureSnapshots, DtcTests } from './dtc-tests.ts'
import type { EcuParts } from './ecu-parts.ts'
import { FaultInjector } from './fault-injector.ts'
import { type CommandKeys, keyProvider } from './key-provider.ts'
import { MemoryMap } from './memory-map.ts'
import { Programming } from './programming.ts'
import { seededRandom } from './random.ts'
import { authenticationService } from './services/authentication.ts'
import { dataServices } from './services/data.ts'
import { dtcServices } from './services/dtcs.ts'
import { ioControlServices } from './services/io-control.ts'
import { communicationService, type ResetKind, resetService, securityService } from './services/management.ts'
import { memoryServices } from './services/memory.ts'
import { routineServices } from './services/routines.ts'
import { transferServices } from './services/transfer.ts'

/** Requests that a fault may hold back at once; the ECU is busy for more. */
const MAX_DELAYED = 256

export interface EcuSimulatorDependencies {
  readonly clock: Clock
  readonly log: Logger
  readonly commandKeys?: CommandKeys
  /** Called when a fault takes the gateway down together with the ECU. */
  readonly dropConnections?: () => void
}

/** An ECU that behaves as its description says, faults included. */
export class EcuSimulator implements DiagnosticTarget, Disposable {
  readonly id: string
  readonly logicalAddress: number
  readonly functionalAddresses: readonly number[]
  readonly data: DataStore
  readonly dtcs: DtcMemory
  readonly memory: MemoryMap
  readonly faults: FaultInjector
  readonly server: UdsServer
  readonly #dependencies: EcuSimulatorDependencies
  readonly #description: SimulatedEcuDescription
  readonly #tests: DtcTests
  /** Delayed requests and the end of a restart. */
  readonly #timers = new Set<() => void>()
  #forgetRoutines = () => {}
  #forgetTransfer = () => {}
  #isDown = false
  #communication: number = COMMUNICATION_CONTROL.ENABLE_RX_AND_TX

  constructor(described: SimulatedEcuDescription, dependencies: EcuSimulatorDependencies) {
    const ecu = inSimulatedVariant(described)
    const { simulation } = ecu
    const { clock } = dependencies
    const random = seededRandom(simulation.seed)
    const resolve = accessOf(ecu)
    this.id = ecu.id
    this.logicalAddress = ecu.address
    this.functionalAddresses = ecu.functionalAddresses
    this.#dependencies = dependencies
    this.#description = ecu
    this.data = new DataStore(clock, ecu.data, simulation.values, random)
    this.dtcs = new DtcMemory(ecu.dtcs, (dtc) => captureSnapshots(ecu, this.data, dtc))
    this.memory = new MemoryMap(ecu.memory, resolve)
    this.faults = new FaultInjector(simulation.faults, random)
    this.#tests = new DtcTests(simulation.dtcs, this.data, this.dtcs)
    const { data, dtcs, memory } = this
    const services = this.#services({ ecu, simulation, clock, resolve, data, dtcs, memory })
    this.server = new UdsServer(dependencies, {
      logicalAddress: ecu.address,
      functionalAddresses: ecu.functionalAddresses,
      s3Ms: ecu.s3Ms,
      sessions: sessionsOf(ecu, resolve),
      services,
    })
    this.server.state.onChange(({ state }) => {
      if (state.session === SESSION.DEFAULT) this.#endControl()
      if (state.securityLevel === undefined) this.#forgetTransfer()
    })
  }

  /** What CommunicationControl has set. */
  get communication(): number {
    return this.#communication
  }

  /** Makes the test of a DTC fail, or pass again. */
  setFailing(dtc: number, isFailing: boolean): void {
    this.#tests.setFailing(dtc, isFailing)
    this.#tests.run()
  }

  /** Ends the operation cycle and begins the next: its tests run anew. */
  startOperationCycle(): void {
    this.#tests.run()
    this.dtcs.startCycle()
  }

  /** Restarts: the ECU is away for `downMs`, and has forgotten what is not stored. A soft reset keeps the operation cycle. */
  restart(kind: ResetKind, downMs = this.#description.simulation.bootMs): void {
    this.#dependencies.log.info('an ECU restarts', { ecu: this.id, kind, downMs })
    this.#cancelTimers()
    this.server.reset()
    this.#endControl()
    this.#forgetRoutines()
    if (kind !== 'soft') this.startOperationCycle()
    this.#isDown = downMs > 0
    if (!this.#isDown) return
    this.#later(downMs, () => {
      this.#isDown = false
    })
  }

  refuse(request: DiagnosticRequest): number | undefined {
    if (this.#isDown) return DIAGNOSTIC_NACK.targetUnreachable
    const effect = this.faults.strike(request.data, ({ type }) => type === 'nack')
    return effect?.type === 'nack' ? effect.code : undefined
  }

  receive(request: DiagnosticRequest, respond: (answer: Uint8Array) => void): void {
    if (this.#isDown) return
    const effect = this.faults.strike(request.data, ({ type }) => type !== 'nack')
    if (effect) this.#strike(effect, request, respond)
    else this.#serve(request, respond)
  }

  [Symbol.dispose](): void {
    this.#cancelTimers()
    this.server[Symbol.dispose]()
  }

  #services(parts: EcuParts): ServiceHandlers {
    const { commandKeys } = this.#dependencies
    const programming = new Programming(parts.ecu.flash, parts.memory)
    const routines = routineServices(parts, programming)
    this.#forgetRoutines = routines.forget
    const transfer = transferServices(parts, programming)
    this.#forgetTransfer = transfer.forget
    return {
      ...resetService(parts, (kind) => this.restart(kind)),
      ...communicationService(parts, (controlType) => {
        this.#communication = controlType
      }),
      ...securityService(parts, ({ key }) => keyProvider(key, commandKeys)),
      ...authenticationService(parts, ({ proof }) => keyProvider(proof, commandKeys)),
      ...dataServices(parts),
      ...ioControlServices(parts),
      ...dtcServices(parts),
      ...routines.services,
      ...memoryServices(parts),
      ...transfer.services,
    }
  }

  #serve(request: DiagnosticRequest, respond: (answer: Uint8Array) => void): void {
    this.#tests.run()
    this.server.receive(request, respond)
  }

  #strike(effect: FaultEffect, request: DiagnosticRequest, respond: (answer: Uint8Array) => void): void {
    this.#dependencies.log.debug('a fault strikes', { ecu: this.id, effect: effect.type })
    switch (effect.type) {
      case 'nrc':
        respond(encodeNegativeResponse(request.data[0] ?? 0, effect.code))
        return
      case 'answer':
        respond(fromHex(effect.bytes))
        return
      case 'delay':
        if (this.#timers.size < MAX_DELAYED) this.#later(effect.ms, () => this.#serve(request, respond))
        else respond(encodeNegativeResponse(request.data[0] ?? 0, NRC.busyRepeatRequest))
        return
      case 'reboot':
        this.restart('hard', effect.downMs)
        if (effect.dropConnections) this.#dependencies.dropConnections?.()
        return
      default:
    }
  }

  /** The default session gives back what testers have taken over, and lets everything go on. */
  #endControl(): void {
    this.data.releaseAll()
    this.dtcs.isRecording = true
    this.#communication = COMMUNICATION_CONTROL.ENABLE_RX_AND_TX
  }

  #cancelTimers(): void {
    for (const cancel of this.#timers) cancel()
    this.#timers.clear()
  }

  #later(ms: number, task: () => void): void {
    const cancel = this.#dependencies.clock.after(ms, () => {
      this.#timers.delete(cancel)
      task()
    })
    this.#timers.add(cancel)
  }
}

function sessionsOf(ecu: SimulatedEcuDescription, resolve: AccessOf) {
  return Object.fromEntries(
    ecu.sessions.map(({ session, p2Ms, p2StarMs, ...access }) => [
      session,
      { ...resolve(access), timing: { p2Ms, p2StarMs } },
    ]),
  )
}
