import { messageOf } from '@opensovd/base'
import type { CallContext } from '@opensovd/core'
import { type DataDescription, sizeOf } from '@opensovd/ecu'
import { type DataRecord, NRC, splitDataRecords } from '@opensovd/uds'
import type { EcuLink } from './ecu-link.ts'
import { nrcOf } from './refusal.ts'

/** DIDs in one request; ISO 14229-1 leaves the limit to the maker. */
const MAX_DIDS = 8

/** ECUs that refused several DIDs at once, and why: one at a time then. */
const NOT_TOGETHER: ReadonlySet<number> = new Set([NRC.incorrectMessageLengthOrInvalidFormat, NRC.responseTooLong])

/** Reads DIDs, several in a request as far as the ECU can and their lengths are known. */
export class DidReader {
  readonly #link: EcuLink
  #canCombine = true

  constructor(link: EcuLink) {
    this.#link = link
  }

  /** @throws SovdError */
  async read(item: DataDescription, context: CallContext): Promise<Uint8Array> {
    const needs = { access: item.read || undefined }
    return (await this.#link.request('readDataByIdentifier', { dids: [item.did] }, context, needs)).data
  }

  /**
   * Reads each of several, in as few requests as can be.
   * @returns bytes, or why there are none, in the order of the items
   * @throws the signal's reason after an abort
   */
  async readEach(items: readonly DataDescription[], context: CallContext): Promise<readonly (Uint8Array | Error)[]> {
    const found = new Map<DataDescription, Uint8Array | Error>()
    for (const batch of this.#batches(items)) {
      const records = batch.length > 1 ? await this.#together(batch, context) : undefined
      for (const item of batch) {
        const data = records?.find(({ did }) => did === item.did)?.data
        found.set(item, data ?? (await this.#alone(item, context)))
      }
    }
    return items.map((item) => found.get(item) ?? new Error(`'${item.id}' was not read`))
  }

  /** One whose length nobody knows can only be the last of its request. */
  #batches(items: readonly DataDescription[]): DataDescription[][] {
    const batches: DataDescription[][] = []
    let open: DataDescription[] | undefined
    for (const item of new Set(items)) {
      if (!open || open.length >= MAX_DIDS || !this.#canCombine) {
        open = []
        batches.push(open)
      }
      open.push(item)
      if (sizeOf(item.encoding) === undefined) open = undefined
    }
    return batches
  }

  /** Undefined when that did not work, whatever the reason: each is then asked for alone. */
  async #together(batch: readonly DataDescription[], context: CallContext): Promise<readonly DataRecord[] | undefined> {
    const sizes = new Map(batch.map(({ did, encoding }) => [did, sizeOf(encoding)]))
    try {
      const answer = await this.#link.request('readDataByIdentifier', { dids: batch.map(({ did }) => did) }, context)
      const records = splitDataRecords(answer, (did) => sizes.get(did))
      return records.every(({ did }) => sizes.has(did)) ? records : undefined
    } catch (error) {
      if (context.signal.aborted) throw context.signal.reason
      if (NOT_TOGETHER.has(nrcOf(error) ?? 0)) this.#canCombine = false
      this.#link.log.debug('several DIDs are read one by one', { ecu: this.#link.id, error: messageOf(error) })
      return undefined
    }
  }

  async #alone(item: DataDescription, context: CallContext): Promise<Uint8Array | Error> {
    try {
      return await this.read(item, context)
    } catch (error) {
      if (context.signal.aborted || !(error instanceof Error)) throw error
      return error
    }
  }
}
