import { randomUUID } from 'node:crypto'
import { isJsonObject } from '@opensovd/base'
import type { DoubleAnswer, DoubleRequest } from '../../sovd/testing/http-double.ts'
import { badRequest, forbidden, items, NO_CONTENT, notFound, ok } from './refusals.ts'

const CATEGORIES = ['flashfiles', 'runtimefiles-current', 'runtimefiles-nextupdate', 'runtimefiles-backup']

interface NextFile {
  readonly name: string
  readonly bytes: Buffer
}

/** The databases of the adapter: files for the next update, the update itself, and files within a database. */
export class DoubleAdapterFiles {
  readonly next = new Map<string, NextFile>()
  readonly #updates = new Map<string, string>()

  answer(
    { method, body, bytes, headers }: DoubleRequest,
    [collection, category, ...rest]: readonly string[],
    refusal: DoubleAnswer | undefined,
  ): DoubleAnswer {
    const [id] = rest
    if (method !== 'GET' && refusal) return forbidden('Vehicle lock is missing')
    if (collection === 'operations') return this.#update(method, category, rest, body)
    if (category === undefined) {
      return items(CATEGORIES.map((each) => ({ href: `/vehicle/v15/apps/sovd2uds/bulk-data/${each}`, name: each })))
    }
    if (!CATEGORIES.includes(category)) return notFound(`Resource not found: ${category}`)
    if (category !== 'runtimefiles-nextupdate') return items([])
    if (method === 'GET') {
      return items(
        [...this.next].map(([each, file]) => ({
          id: each,
          mimetype: 'application/octet-stream',
          name: file.name,
          size: file.bytes.length,
        })),
      )
    }
    if (method === 'POST') return this.#upload(bytes, headers['content-disposition'])
    if (id !== undefined && !this.next.delete(id)) return notFound(`no file ${id}`)
    return NO_CONTENT
  }

  embedded([category, id]: readonly string[]): DoubleAnswer {
    if (category !== 'mdd-embedded-files') return notFound(`Resource not found: ${category}`)
    if (id === undefined)
      return items([
        { id: 'logo', mimetype: 'image/png', name: 'logo.png', size: 4, hash: '00', hash_algorithm: 'none' },
      ])
    if (id !== 'logo') return notFound(`no file ${id}`)
    return { status: 200, bytes: Uint8Array.of(1, 2, 3, 4), headers: { 'content-type': 'image/png' } }
  }

  #upload(bytes: Buffer, disposition: string | undefined): DoubleAnswer {
    const name = /filename="([^"]+)"/.exec(disposition ?? '')?.[1]
    if (name === undefined) return badRequest('Content-Disposition has no filename')
    if (bytes.length === 0)
      return { status: 400, body: { message: 'empty', error_code: 'vendor-specific', vendor_code: 'invalid-data' } }
    const id = randomUUID()
    this.next.set(id, { name, bytes })
    return {
      status: 201,
      body: { items: [{ id }] },
      headers: { location: `/vehicle/v15/apps/sovd2uds/bulk-data/${id}` },
    }
  }

  #update(
    method: string,
    operation: string | undefined,
    [executions, id]: readonly string[],
    body: DoubleRequest['body'],
  ): DoubleAnswer {
    if (operation !== 'runtimefilesupdate' || executions !== 'executions') return notFound('Resource not found')
    if (id !== undefined) {
      const mode = this.#updates.get(id)
      return mode === undefined ? notFound(`no update ${id}`) : ok({ status: 'completed', parameters: { mode } })
    }
    if (method === 'GET') return items([...this.#updates.keys()].map((each) => ({ id: each })))
    const parameters = isJsonObject(body) && isJsonObject(body.parameters) ? body.parameters : {}
    const { mode } = parameters
    if (typeof mode !== 'string' || !['apply', 'rollback', 'cleanup'].includes(mode)) return badRequest('mode')
    const newId = randomUUID()
    this.#updates.set(newId, mode)
    return { status: 202, body: { id: newId }, headers: { location: `/vehicle/v15/x/${newId}` } }
  }
}
