import { crc32 } from 'node:zlib'
import type { CallContext } from '@opensovd/core'
import { type CommandKeys, type EcuDescription, keyProvider, type RoutineDescription, sizeOf } from '@opensovd/ecu'
import { SovdError } from '@opensovd/sovd'
import { ALL_DTCS, download, memoryRange, SESSION, unlock } from '@opensovd/uds'
import { DEFAULT_SESSION, sessionNumber } from '../access.ts'
import type { EcuLink } from '../ecu-link.ts'
import { RESET_TYPES } from '../facets/lifecycle.ts'
import { controlRoutine } from '../facets/routines.ts'
import type { FlashRequest } from './flash-request.ts'
import type { QuietGroup } from './quiet-group.ts'

export const FLASH_STEPS = [
  'preconditions',
  'quiet',
  'session',
  'security',
  'fingerprint',
  'erase',
  'transfer',
  'verify',
  'dependencies',
  'reset',
  'restart',
  'restore',
  'clearDtcs',
] as const
export type FlashStep = (typeof FLASH_STEPS)[number]

/** Those that there are in every programming, and those for which the recipe has something. */
export function stepsOf({ flash }: EcuDescription): readonly FlashStep[] {
  const isLeftOut: Partial<Record<FlashStep, boolean>> = {
    quiet: !flash?.quiet,
    restore: !flash?.quiet,
    clearDtcs: !flash?.clearDtcs,
  }
  return FLASH_STEPS.filter((step) => !isLeftOut[step])
}

export interface FlashParts {
  readonly link: EcuLink
  readonly request: FlashRequest
  readonly group: QuietGroup | undefined
  readonly commandKeys: CommandKeys | undefined
  readonly onTransferred: (bytes: number) => void
}

/** How long an ECU may be away after it was told to restart. */
const RESTART_LIMIT_MS = 30_000
const RESTART_PAUSE_MS = 250

/** What is done in each step, in this order; a step that the description does not have is left out. */
export const STEPS: Readonly<Record<FlashStep, (parts: FlashParts, context: CallContext) => Promise<void>>> = {
  preconditions: async (parts, context) => {
    const routine = routineOf(parts, 'preconditions')
    if (!routine) return
    const [session] = routine.start?.sessions ?? []
    if (session !== undefined) await enterSession(parts.link, session, context)
    await runRoutine(parts, routine, NONE, context)
  },

  quiet: async ({ group }, { signal }) => {
    await group?.quiet(signal)
  },

  session: async ({ link }, context) => {
    const { flash } = link.ecu
    if (!flash) return
    const [before] = link.ecu.sessions.find(({ id }) => id === flash.session)?.sessions ?? []
    if (before !== undefined && before !== flash.session) await enterSession(link, before, context)
    const { lossCount } = link
    await enterSession(link, flash.session, context)
    // Many ECUs restart into their boot loader: the connection may have gone with it.
    await untilThere(link, context)
    if (link.lossCount !== lossCount) await enterSession(link, flash.session, context)
  },

  security: async ({ link, commandKeys }, context) => {
    const level = link.ecu.security.levels.find(({ id }) => id === link.ecu.flash?.security)
    if (!level) return
    const provider = keyProvider(level.key, commandKeys)
    await link.run((client) => unlock(client, { level: level.level, provider }, context.signal), context, {
      access: level,
    })
  },

  fingerprint: async ({ link, request }, context) => {
    const item = link.ecu.data.find(({ id }) => id === link.ecu.flash?.fingerprint)
    if (!item) return
    const data = request.fingerprint ?? dateOfToday(link.clock.now(), sizeOf(item.encoding) ?? DATE_BYTES)
    await link.request('writeDataByIdentifier', { did: item.did, data }, context, { access: item.write })
  },

  erase: async (parts, context) => {
    const routine = routineOf(parts, 'erase')
    if (!routine) return
    const { address, data } = parts.request
    await runRoutine(parts, routine, routine.start?.request ? rangeBytes(address, data.length) : NONE, context)
  },

  transfer: async ({ link, request, onTransferred }, context) => {
    const { address, data, region } = request
    const maxBlockLength = link.ecu.flash?.maxBlockLength
    const options = {
      memory: memoryRange(address, data.length),
      onProgress: onTransferred,
      ...(maxBlockLength !== undefined && { maxBlockLength }),
    }
    await link.run((client) => download(client, data, options, context.signal), context, { access: region.download })
  },

  verify: async (parts, context) => {
    const routine = routineOf(parts, 'verify')
    if (!routine) return
    const isCrc = parts.link.ecu.flash?.checksum === 'crc32'
    await runRoutine(parts, routine, isCrc ? uint32(crc32(parts.request.data)) : NONE, context)
  },

  dependencies: async (parts, context) => {
    const routine = routineOf(parts, 'dependencies')
    if (routine) await runRoutine(parts, routine, NONE, context)
  },

  reset: async ({ link }, context) => {
    const { services, flash } = link.ecu
    if (!services.reset || !flash) return
    await link.request('ecuReset', { resetType: RESET_TYPES[flash.reset] }, context, { access: services.reset })
  },

  restart: async ({ link }, context) => {
    await untilThere(link, context)
  },

  restore: async ({ link, group }, context) => {
    if (link.client.state.session !== SESSION.DEFAULT) await enterSession(link, DEFAULT_SESSION, context)
    await group?.restore(context.signal)
  },

  clearDtcs: async ({ link }, context) => {
    const access = link.ecu.services.clearDtcs
    const [session] = access?.sessions ?? []
    if (session !== undefined) await enterSession(link, session, context)
    await link.request('clearDiagnosticInformation', { groupOfDtc: ALL_DTCS }, context, { access })
  },
}

const NONE = new Uint8Array(0)

function routineOf(
  { link }: FlashParts,
  step: 'preconditions' | 'erase' | 'verify' | 'dependencies',
): RoutineDescription | undefined {
  return link.ecu.routines.find(({ id }) => id === link.ecu.flash?.[step])
}

/** Runs a routine to its end. A response record that is not all zeros says that it did not go well. */
async function runRoutine(
  { link }: FlashParts,
  routine: RoutineDescription,
  data: Uint8Array,
  context: CallContext,
): Promise<void> {
  const answer = await controlRoutine(link, routine, 'start', data, context)
  if (answer.every((byte) => byte === 0)) return
  const shown = Buffer.from(answer).toString('hex')
  throw new SovdError('bad-gateway', `the routine '${routine.id}' did not succeed: it answered 0x${shown}`)
}

async function enterSession(link: EcuLink, id: string, context: CallContext): Promise<void> {
  const session = sessionNumber(link.ecu, id) ?? 1
  const access = link.ecu.sessions.find((each) => each.id === id)
  await link.request('diagnosticSessionControl', { session }, context, { access })
}

/**
 * Asks an ECU that restarts until it answers.
 * @throws SovdError of the last attempt
 */
async function untilThere(link: EcuLink, context: CallContext): Promise<void> {
  const { clock } = link
  const deadlineMs = clock.monotonic() + RESTART_LIMIT_MS
  for (;;) {
    try {
      await link.request('testerPresent', { zeroSubFunction: 0 }, context)
      return
    } catch (error) {
      const isLast = clock.monotonic() + RESTART_PAUSE_MS > deadlineMs
      if (isLast || context.signal.aborted || !(error instanceof SovdError) || error.code === 'conflict') throw error
      await clock.sleep(RESTART_PAUSE_MS, context.signal)
    }
  }
}

const DATE_BYTES = 3

/** Year, month and day in BCD, and zeros: what is written where nobody says who programs. */
function dateOfToday(nowMs: number, length: number): Uint8Array {
  const digits = new Date(nowMs).toISOString().slice(2, 10).replaceAll('-', '')
  const date = Uint8Array.from(Buffer.from(digits, 'hex'))
  const bytes = new Uint8Array(length)
  bytes.set(date.subarray(0, length))
  return bytes
}

/** addressAndLengthFormatIdentifier, address and size, as erase routines take them. */
function rangeBytes(address: number, size: number): Uint8Array {
  return Uint8Array.of(0x44, ...uint32(address), ...uint32(size))
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}
