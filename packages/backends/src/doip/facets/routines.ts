import { isJsonObject, type Json } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import type { CallContext, ExecutionState } from '@opensovd/core'
import { decodeValue, type Encoding, encodeValue, type RoutineDescription, sizeOf } from '@opensovd/ecu'
import { SovdError } from '@opensovd/sovd'
import { NRC, ROUTINE_CONTROL } from '@opensovd/uds'
import { describeValue } from '../described-value.ts'
import type { EcuLink } from '../ecu-link.ts'
import { nrcOf } from '../refusal.ts'
import type { OperationKind, Running } from './running.ts'

type Part = 'start' | 'stop' | 'results'

const TYPES = {
  start: ROUTINE_CONTROL.START,
  stop: ROUTINE_CONTROL.STOP,
  results: ROUTINE_CONTROL.REQUEST_RESULTS,
} as const satisfies Record<Part, number>

/** What an ECU says of a routine whose results it cannot give yet. */
const NOT_YET: ReadonlySet<number> = new Set([
  NRC.requestSequenceError,
  NRC.conditionsNotCorrect,
  NRC.busyRepeatRequest,
])

/** RoutineControl as operations. A routine without results to ask for is over when its start is answered. */
export function routineKinds(link: EcuLink): readonly OperationKind[] {
  return link.ecu.routines.map((routine) => {
    const { id, name = id, description, stop, results } = routine
    const canStop = stop !== undefined && results !== undefined
    return {
      operation: {
        id,
        name,
        ...(description !== undefined && { description }),
        capabilities: canStop ? ['execute', 'stop'] : ['execute'],
      },
      start: (parameters, context) => startRoutine(link, routine, parameters, context),
    }
  })
}

async function startRoutine(
  link: EcuLink,
  routine: RoutineDescription,
  parameters: Json | undefined,
  context: CallContext,
): Promise<Running> {
  const data = await link.run(async () => recordOf(routine.start?.request, parameters), context)
  const lossCount = link.lossCount
  const answer = await controlRoutine(link, routine, 'start', data, context)
  if (!routine.results) {
    const initial: ExecutionState = { status: 'completed', ...resultOf(routine.start?.response, answer) }
    return { initial, state: async () => initial }
  }
  return {
    initial: { status: 'running' },
    state: (later) => askForResults(link, routine, lossCount, later),
    ...(routine.stop && {
      stop: async (later) => {
        await controlRoutine(link, routine, 'stop', NONE, later)
      },
    }),
  }
}

async function askForResults(
  link: EcuLink,
  routine: RoutineDescription,
  lossCount: number,
  context: CallContext,
): Promise<ExecutionState> {
  const { results } = routine
  try {
    const answer = await controlRoutine(link, routine, 'results', NONE, context)
    const { result } = resultOf(results?.response, answer)
    const isRunning = results?.running !== undefined && result !== undefined && fits(result, results.running)
    return isRunning ? { status: 'running' } : { status: 'completed', ...(result !== undefined && { result }) }
  } catch (error) {
    const nrc = nrcOf(error)
    if (nrc === undefined) throw error
    if (link.lossCount !== lossCount) {
      return { status: 'failed', error: 'the ECU was lost while it ran, and does not tell how it ended' }
    }
    if (NOT_YET.has(nrc)) return { status: 'running' }
    return { status: 'failed', error: error instanceof Error ? error.message : String(error) }
  }
}

/** One part of RoutineControl; gives the response record. */
export async function controlRoutine(
  link: EcuLink,
  routine: RoutineDescription,
  part: Part,
  data: Uint8Array,
  context: CallContext,
): Promise<Uint8Array> {
  const request = { routineControlType: TYPES[part], routineId: routine.routineId, data }
  const needs = { access: routine[part], ...(part === 'start' && { guarded: 'operations' as const }) }
  return (await link.request('routineControl', request, context, needs)).data
}

const NONE = new Uint8Array(0)
const HEX = /^(?:0x)?((?:[0-9a-f]{2})+)$/i
/** Encodings whose values are texts themselves. */
const TEXTS: readonly Encoding['type'][] = ['text', 'enum', 'bcd', 'bytes']

/**
 * The request record of parameters: their physical value, or hex digits. One value with a name may be given as an object.
 * @throws EncodingError, SovdError `invalid-request`
 */
export function recordOf(encoding: Encoding | undefined, parameters: Json | undefined): Uint8Array {
  if (!encoding) {
    if (parameters === undefined || isEmpty(parameters)) return NONE
    throw new SovdError('invalid-request', 'it takes no parameters', { target: 'parameters' })
  }
  if (parameters === undefined) {
    if (sizeOf(encoding) === undefined) return NONE
    throw new SovdError('invalid-request', `it needs parameters: ${encoding.name ?? encoding.type}`, {
      target: 'parameters',
    })
  }
  const hex = typeof parameters === 'string' && !TEXTS.includes(encoding.type) ? HEX.exec(parameters)?.[1] : undefined
  return hex === undefined ? encodeValue(encoding, unwrapped(encoding, parameters)) : fromHex(hex)
}

function isEmpty(parameters: Json): boolean {
  return isJsonObject(parameters) && Object.keys(parameters).length === 0
}

function unwrapped({ name, type }: Encoding, parameters: Json): unknown {
  if (type === 'struct' || type === 'bits' || name === undefined || !isJsonObject(parameters)) return parameters
  const names = Object.keys(parameters)
  return names.length === 1 && names[0] === name ? parameters[name] : parameters
}

/** The decoded response record; with its bytes where they are not as described. */
function resultOf(encoding: Encoding | undefined, answer: Uint8Array): { readonly result?: Json } {
  if (answer.length === 0) return {}
  if (!encoding) return { result: describeValue({ type: 'bytes' }, answer).value }
  const decoded = decodeValue(encoding, answer)
  if (decoded.fit === 'exact') return { result: decoded.value }
  const { value, attributes } = describeValue(encoding, answer)
  return { result: { value, ...attributes } }
}

/** Whether a value has all that `pattern` wants of it. */
function fits(value: Json, pattern: unknown): boolean {
  if (typeof pattern === 'object' && pattern !== null && !Array.isArray(pattern)) {
    return (
      isJsonObject(value) &&
      Object.entries(pattern).every(([name, inner]) => {
        const member = value[name]
        return member !== undefined && fits(member, inner)
      })
    )
  }
  return JSON.stringify(value) === JSON.stringify(pattern)
}
