import type { Json } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import type { HttpAnswer } from '../http/exchange.ts'
import type { TransferAnswer, TransferRequest } from '../http/transfer.ts'
import { answerError } from './answer-error.ts'
import { parseAnswer } from './json-answer.ts'
import type { JsonExchangeHost } from './json-exchange.ts'
import { ShapeError } from './shape.ts'

/** What is no file, such as an error, is read up to here. */
const MAX_BYTES = 1024 * 1024

/**
 * Exchanges bodies of any length with a server.
 * @throws SovdError for an answer that is no success
 */
export async function openTransfer(
  host: JsonExchangeHost,
  request: TransferRequest,
  signal: AbortSignal,
): Promise<TransferAnswer> {
  const { http, base, peer, clock, errorOf = answerError } = host
  if (!http.transfer) throw new SovdError('not-implemented', `${peer} is not asked for files`)
  const answer = await http.transfer({ ...request, path: base + request.path }, signal)
  if (answer.status >= 200 && answer.status <= 299) return answer
  throw errorOf(peer, await collected(answer), clock)
}

/**
 * The JSON of an answer.
 * @throws SovdError `bad-gateway` for one that is none
 */
export async function jsonOf(answer: TransferAnswer): Promise<Json | undefined> {
  try {
    return parseAnswer(await collected(answer))
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    throw new SovdError('bad-gateway', `the answer cannot be used: ${error.message}`, { cause: error })
  }
}

async function collected({ status, header, body }: TransferAnswer): Promise<HttpAnswer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size > MAX_BYTES) break
  }
  return { status, header, bytes: Buffer.concat(chunks) }
}
