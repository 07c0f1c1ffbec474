import {
  AppError,
  isJsonObject,
  isNestedDeeper,
  type Json,
  type JsonObject,
  messageOf,
  parseJson,
} from '@opensovd/base'
import type { ForwardAnswer, ForwardRequest } from '@opensovd/core'

/** What a vehicle says first. */
export interface Hello {
  readonly vehicleId: string
  readonly tenantId?: string
}

export interface RequestFrame extends ForwardRequest {
  readonly requestId: string
}

export interface AnswerFrame {
  readonly requestId: string
  readonly answer: ForwardAnswer
}

/** A frame that is none of the protocol. */
export class FrameError extends AppError<'bad-frame'> {
  constructor(message: string, options?: ErrorOptions) {
    super('bad-frame', message, options)
  }
}

/** As deep as bodies may be, in the object of a frame. */
const MAX_DEPTH = 65
const MAX_ID = 128
const PATH = /^\/[!-~]{0,8191}$/
const METHOD = /^[A-Z]{1,16}$/
const STATUS = { min: 100, max: 599 }

export function writeHello({ vehicleId, tenantId }: Hello): string {
  return JSON.stringify({ vehicle_id: vehicleId, tenant_id: tenantId })
}

/** @throws FrameError */
export function readHello(text: string): Hello {
  const { vehicle_id: vehicleId, tenant_id: tenantId = null } = objectOf(text)
  if (!isId(vehicleId)) throw unfit('vehicle_id', ID, vehicleId)
  if (tenantId !== null && !isId(tenantId)) throw unfit('tenant_id', ID, tenantId)
  return { vehicleId, ...(tenantId !== null && { tenantId }) }
}

export function writeRequest(requestId: string, { method, path, body, headers = {} }: ForwardRequest): string {
  const shown = Object.keys(headers).length > 0 ? headers : undefined
  return JSON.stringify({ request_id: requestId, method, path, body, headers: shown })
}

/**
 * Reads a request for a vehicle; a body or headers that are null are none.
 * @throws FrameError
 */
export function readRequest(text: string): RequestFrame {
  const { request_id: requestId, method, path, body = null, headers = null } = objectOf(text)
  if (!isId(requestId)) throw unfit('request_id', ID, requestId)
  if (typeof method !== 'string' || !METHOD.test(method)) throw unfit('method', 'a method of HTTP', method)
  if (typeof path !== 'string' || !PATH.test(path)) throw unfit('path', 'a path of printable ASCII characters', path)
  return {
    requestId,
    method,
    path,
    ...(body !== null && { body }),
    ...(headers !== null && { headers: textsIn(headers) }),
  }
}

export function writeAnswer(requestId: string, { status, body, headers = {}, encoding }: ForwardAnswer): string {
  const shown = Object.keys(headers).length > 0 ? headers : undefined
  return JSON.stringify({ request_id: requestId, status, body, headers: shown, encoding })
}

/**
 * Reads the answer of a vehicle; a body or headers that are null are none.
 * @throws FrameError
 */
export function readAnswer(text: string): AnswerFrame {
  const { request_id: requestId, status, body = null, headers = null, encoding = null } = objectOf(text)
  if (!isId(requestId)) throw unfit('request_id', ID, requestId)
  if (typeof status !== 'number' || !Number.isInteger(status) || status < STATUS.min || status > STATUS.max) {
    throw unfit('status', `an integer from ${STATUS.min} to ${STATUS.max}`, status)
  }
  if (encoding !== null && encoding !== 'base64') throw unfit('encoding', '"base64" or nothing', encoding)
  const answer: ForwardAnswer = {
    status,
    ...(body !== null && { body }),
    ...(headers !== null && { headers: textsIn(headers) }),
    ...(encoding !== null && { encoding }),
  }
  return { requestId, answer }
}

function objectOf(text: string): JsonObject {
  if (isNestedDeeper(text, MAX_DEPTH)) throw new FrameError(`nested deeper than ${MAX_DEPTH} levels`)
  let value: Json
  try {
    value = parseJson(text)
  } catch (error) {
    throw new FrameError(`not JSON: ${messageOf(error)}`, { cause: error })
  }
  if (isJsonObject(value)) return value
  throw new FrameError('expected an object')
}

const ID = `1 to ${MAX_ID} characters`

function isId(value: Json | undefined): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= MAX_ID
}

function textsIn(value: Json): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) throw unfit('headers', 'an object of texts', value)
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => {
      if (typeof text === 'string') return [name, text]
      throw unfit(`headers.${name.slice(0, MAX_ID)}`, 'a text', text)
    }),
  )
}

function unfit(member: string, expected: string, value: Json | undefined): FrameError {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text
  return new FrameError(`${member}: expected ${expected}, got ${shown}`)
}
