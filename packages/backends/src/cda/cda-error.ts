import { type Clock, isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import { SovdError, type SovdErrorCode } from '@opensovd/sovd'
import type { HttpAnswer } from '../http/exchange.ts'
import { answerError } from '../sovd/answer-error.ts'
import { parseAnswer } from '../sovd/json-answer.ts'
import { textOf } from '../sovd/shape.ts'

/** Codes that the adapter spells in its own way. */
const SPELLINGS: Readonly<Record<string, string>> = { 'preconditions-not-fulfilled': 'precondition-not-fulfilled' }

/** Somebody else's lock is a conflict here, whatever the status that says so. */
const CODES: Readonly<Partial<Record<SovdErrorCode, SovdErrorCode>>> = { locked: 'conflict' }

/** The error for an answer that is no success, in the words of the adapter and in the terms of the standard. */
export function cdaError(peer: string, answer: HttpAnswer, clock: Clock): SovdError {
  const { code, message, target, details = [], retryAfterSeconds, isByLock } = answerError(peer, answer, clock)
  const body = bodyOf(answer)
  const parameters = parametersOf(body)
  // What an ECU answers is its own word, not a failure of the adapter.
  const said = parameters?.nrc !== undefined && isJsonObject(body) ? textOf(body, 'message') : undefined
  return new SovdError(CODES[code] ?? code, said ?? message, {
    ...(target === undefined ? {} : { target }),
    ...(details.length === 0 ? {} : { details: details.map((each) => ({ ...each, code: spelt(each.code) })) }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(isByLock && { byLock: true }),
  })
}

/** Whether the adapter has no lock of ours, so that it did nothing. */
export function isLockMissing(error: unknown): boolean {
  return error instanceof SovdError && error.code === 'forbidden' && /lock is missing/i.test(error.message)
}

/** Whether another client has a lock that keeps us from it, though we have ours. */
export function isLockedByAnother(error: unknown): error is SovdError {
  return error instanceof SovdError && error.code === 'forbidden' && /lock validation failed/i.test(error.message)
}

/** The negative response code that an ECU answered with, if it did [14229-1 A.1]. */
export function nrcOf(error: unknown): number | undefined {
  const nrc = error instanceof SovdError ? error.parameters?.nrc : undefined
  return typeof nrc === 'number' ? nrc : undefined
}

function spelt(code: string): string {
  return SPELLINGS[code] ?? code
}

/** With the names of the standard for what an ECU answered [17978-3 5.8.3]. */
function parametersOf(body: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(body)) return undefined
  const { NRC: nrc, SID: service, ...others } = isJsonObject(body.parameters) ? body.parameters : {}
  const source = textOf(body, 'x-errorsource')
  const parameters = {
    ...others,
    ...(service === undefined ? {} : { service }),
    ...(nrc === undefined ? {} : { nrc }),
    ...(source === undefined ? {} : { 'x-errorsource': source }),
  }
  return Object.keys(parameters).length === 0 ? undefined : parameters
}

function bodyOf(answer: HttpAnswer): Json | undefined {
  try {
    return parseAnswer(answer)
  } catch {
    return undefined
  }
}
