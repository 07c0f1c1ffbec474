import { randomUUID } from 'node:crypto'
import { isJsonObject, type JsonObject } from '@opensovd/base'
import type { DoubleAnswer, DoubleRequest } from '../../sovd/testing/http-double.ts'
import { badRequest, items, NO_CONTENT, notFound, ok } from './refusals.ts'

interface Transfer {
  readonly id: string
  readonly body: JsonObject
  readonly length: number
  asked: number
}

/** How often a transfer says that it is running. */
const RUNNING_ANSWERS = 2

/** The download of flash files to an ECU. The files have ids only once they were listed. */
export class DoubleFlash {
  readonly #files: readonly JsonObject[]
  #areListed = false
  #isRequested = false
  #transfer: Transfer | undefined
  /** What happened, in its order. */
  readonly steps: string[] = []
  /** Why the next transfer fails, if it does. */
  failure: string | undefined

  constructor(files: readonly JsonObject[]) {
    this.#files = files
  }

  list(): DoubleAnswer {
    this.#areListed = true
    return items(this.#files)
  }

  answer(
    { method, body }: DoubleRequest,
    [step, id]: readonly string[],
    refusal: DoubleAnswer | undefined,
  ): DoubleAnswer {
    if (step === undefined) return items([{ id: 'requestdownload', name: 'RequestDownload' }])
    if (refusal) return refusal
    if (step === 'requestdownload' && method === 'PUT') return this.#request(body)
    if (step === 'transferexit' && method === 'PUT') return this.#exit()
    if (step !== 'flashtransfer') return notFound(`Resource not found: ${step}`)
    if (method === 'POST') return this.#begin(isJsonObject(body) ? body : {})
    const transfer = this.#transfer
    if (!transfer || transfer.id !== id) return notFound(`no transfer ${id}`)
    if (method === 'GET') return ok(this.#stateOf(transfer))
    this.steps.push('clear')
    this.#transfer = undefined
    return NO_CONTENT
  }

  #request(body: DoubleRequest['body']): DoubleAnswer {
    const request = isJsonObject(body) ? body.requestdownload : undefined
    if (!isJsonObject(request) || typeof request.MemoryAddress !== 'string') return badRequest('MemoryAddress missing')
    this.#isRequested = true
    this.steps.push(`requestdownload ${request.MemoryAddress}`)
    return ok({ requestdownload: { MaxNumberOfBlockLength: 4095 } })
  }

  #begin(body: JsonObject): DoubleAnswer {
    const file = this.#files.find((each) => each.id === body.id)
    if (!file || !this.#areListed) return notFound(`file ${body.id} not found`)
    if (!this.#isRequested) return badRequest('no download was requested')
    const numbers = ['blocksequencecounter', 'blocksize', 'offset', 'length']
    const missing = numbers.find((name) => typeof body[name] !== 'number')
    if (missing) return badRequest(`missing field \`${missing}\``)
    this.#transfer = { id: randomUUID(), body, length: Number(body.length), asked: 0 }
    this.steps.push(`flashtransfer ${body.id} ${body.offset}+${body.length} by ${body.blocksize}`)
    return ok({ id: this.#transfer.id })
  }

  #stateOf(transfer: Transfer): JsonObject {
    const { id, body, length } = transfer
    const isOver = ++transfer.asked > RUNNING_ANSWERS
    const common = { id, fileId: body.id ?? null, blocksize: body.blocksize ?? null, nextBlockSequenceCounter: 2 }
    if (!isOver) return { ...common, status: 'running', acknowledgedBytes: 0 }
    if (this.failure === undefined) return { ...common, status: 'finished', acknowledgedBytes: length }
    return { ...common, status: 'aborted', acknowledgedBytes: 0, error: [{ text: this.failure }] }
  }

  #exit(): DoubleAnswer {
    if (!this.#isRequested || this.#transfer) return badRequest('a transfer is not over')
    this.#isRequested = false
    this.steps.push('transferexit')
    return NO_CONTENT
  }
}
