import type { KeyVerdict, MemoryArea, SecurityLevel, UdsFacet } from '@opensovd/core'
import type { SecurityLevelDescription } from '@opensovd/ecu'
import { SovdError } from '@opensovd/sovd'
import { memoryRange, NRC } from '@opensovd/uds'
import type { CommunicationState } from '../communication.ts'
import type { EcuLink } from '../ecu-link.ts'
import { FLASH_OPERATION } from '../flash/flash-run.ts'
import { isRefusal, nrcOf } from '../refusal.ts'
import { knownItem } from './data.ts'
import { controlIo } from './io-controls.ts'
import { setCommunication, setDtcSetting } from './modes.ts'

/** Bytes that are read or written in one request. */
const MAX_MEMORY_BYTES = 4000

export interface UdsParts {
  readonly link: EcuLink
  readonly communication: CommunicationState
  /** Connects or disconnects it for clients. */
  readonly hold: (isHeld: boolean, signal: AbortSignal) => Promise<void>
}

/** What an ECU can do beyond the words of SOVD. */
export function udsFacet({ link, communication, hold }: UdsParts): UdsFacet {
  const { services, data, flash, security } = link.ecu
  return {
    connect: ({ signal }) => hold(false, signal),
    disconnect: ({ signal }) => hold(true, signal),
    keptSession: () => link.keeper.session,

    ...(data.some(({ control }) => control) && {
      ioControl: async (dataId, request, context) => {
        const item = knownItem(link.ecu.data, dataId, link.id)
        return controlIo(link, item, request, context)
      },
    }),
    ...(services.communicationControl && {
      communicationControl: (request, context) => setCommunication(link, communication, request, context),
    }),
    ...(services.dtcSetting && {
      dtcSetting: (setting, context) => setDtcSetting(link, communication, setting, context),
    }),
    ...(flash && { flashOperation: FLASH_OPERATION }),
    ...(security.levels.length > 0 && securityAccess(link)),
    ...memoryAccess(link),
    ...(link.options.isRawAllowed && {
      raw: async (message, context) => {
        link.log.info('a message is passed through', { ecu: link.id, service: message[0], by: context.caller?.subject })
        return link.requestRaw(message, context, { guarded: 'raw' })
      },
    }),
  }
}

type MemoryAccess = Required<Pick<UdsFacet, 'readMemory' | 'writeMemory'>>

function memoryAccess(link: EcuLink): MemoryAccess {
  return {
    readMemory: async (area, context) => {
      requireWindow(link, area, 'read')
      const needs = { access: regionOf(link, area)?.read }
      const answer = await link.request(
        'readMemoryByAddress',
        { memory: memoryRange(area.address, area.size) },
        context,
        needs,
      )
      if (answer.data.length === area.size) return answer.data
      throw new SovdError('bad-gateway', `'${link.id}' gave ${answer.data.length} byte(s) of memory, not ${area.size}`)
    },
    writeMemory: async (address, bytes, context) => {
      const area = { address, size: bytes.length }
      requireWindow(link, area, 'write')
      const needs = { access: regionOf(link, area)?.write, guarded: 'memory' } as const
      const request = { memory: memoryRange(address, bytes.length), data: bytes }
      await link.request('writeMemoryByAddress', request, context, needs)
    },
  }
}

/** @throws SovdError `forbidden` outside of what the configuration allows */
function requireWindow({ id, options }: EcuLink, { address, size }: MemoryArea, what: 'read' | 'write'): void {
  if (size < 1 || size > MAX_MEMORY_BYTES) {
    throw new SovdError('invalid-request', `expected 1 to ${MAX_MEMORY_BYTES} bytes, got ${size}`, { target: 'size' })
  }
  const isAllowed = options.memory.some(
    (window) =>
      window.ecu === id &&
      (what === 'read' || window.isWritable) &&
      address >= window.address &&
      address + size <= window.address + window.size,
  )
  if (isAllowed) return
  const where = `0x${address.toString(16).toUpperCase().padStart(8, '0')}`
  throw new SovdError(
    'forbidden',
    `the configuration does not let anybody ${what} ${size} byte(s) at ${where} of '${id}'`,
  )
}

function regionOf({ ecu }: EcuLink, { address, size }: MemoryArea) {
  return ecu.memory.find((region) => address >= region.address && address + size <= region.address + region.size)
}

type SecurityAccess = Required<Pick<UdsFacet, 'securityLevels' | 'requestSeed' | 'sendKey'>>

/** SecurityAccess in the two steps of a client that has the keys itself. */
function securityAccess(link: EcuLink): SecurityAccess {
  const { levels, maxAttempts, delayMs } = link.ecu.security
  const failures = new Map<number, number>()
  const remaining = (level: number) => Math.max(0, maxAttempts - (failures.get(level) ?? 0))
  const known = (number: number): SecurityLevelDescription => {
    const level = levels.find((each) => each.level === number)
    if (level) return level
    const all = levels.map((each) => each.level).join(', ')
    throw new SovdError('not-found', `'${link.id}' has no security level ${number}; there are ${all}`, {
      target: 'level',
    })
  }
  const refused = (level: number, error: unknown): KeyVerdict => {
    const nrc = nrcOf(error)
    if (nrc === NRC.exceedNumberOfAttempts) failures.set(level, maxAttempts)
    if (nrc !== NRC.invalidKey) throw withDelay(error, delayMs)
    failures.set(level, (failures.get(level) ?? 0) + 1)
    return { isGranted: false, remainingAttempts: remaining(level) }
  }

  return {
    securityLevels: () =>
      levels.map(
        ({ id, name, level, sessions }): SecurityLevel => ({
          id,
          ...(name !== undefined && { name }),
          level,
          isUnlocked: link.client.state.securityLevel === level,
          remainingAttempts: remaining(level),
          ...(sessions && { sessions }),
        }),
      ),

    requestSeed: async (level, context) => {
      const needs = { access: known(level), guarded: 'modes' } as const
      const request = { securityAccessType: level, data: new Uint8Array(0) }
      try {
        const { seed } = await link.request('securityAccess', request, context, needs)
        if (remaining(level) === 0) failures.set(level, maxAttempts - 1)
        return { seed: seed.every((byte) => byte === 0) ? new Uint8Array(0) : seed }
      } catch (error) {
        throw withDelay(error, delayMs)
      }
    },

    sendKey: async (level, key, context) => {
      const needs = { access: known(level) }
      try {
        await link.request('securityAccess', { securityAccessType: level + 1, data: key }, context, needs)
      } catch (error) {
        return refused(level, error)
      }
      failures.delete(level)
      return { isGranted: true, remainingAttempts: maxAttempts }
    },
  }
}

/** An ECU that makes testers wait does not say for how long; its description does. */
function withDelay(error: unknown, delayMs: number): unknown {
  if (!isRefusal(error) || error.cause.nrc !== NRC.requiredTimeDelayNotExpired) return error
  const { code, message, details, parameters, cause } = error
  return new SovdError(code, message, {
    cause,
    ...(details && { details }),
    ...(parameters && { parameters }),
    retryAfterSeconds: Math.ceil(delayMs / 1000),
  })
}
