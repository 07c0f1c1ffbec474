import { type Json, Listeners, type Logger, messageOf, untilAborted } from '@opensovd/base'
import type { CallContext, DataFacet, DataItem, DataValue } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { failureOf } from './failure.ts'
import type { ProvidedData } from './provided.ts'

export interface DataSource {
  readonly facet: DataFacet
  /** Reads items anew and tells those who watch them. */
  changed(ids: readonly string[]): Promise<void>
}

/** The data of a program as a facet. Written items count as changed. */
export function provideData(provided: Readonly<Record<string, ProvidedData>>, log: Logger): DataSource {
  const known = new Map(Object.entries(provided))
  const items = [...known].map(([id, data]) => itemOf(id, data))
  const watchers = new Listeners<DataValue>((error) => log.error('telling failed', { error: messageOf(error) }))

  const find = (id: string): ProvidedData => {
    const data = known.get(id)
    if (!data) throw new SovdError('not-found', `there is no data '${id}'`, { target: id })
    return data
  }
  const read = async (id: string): Promise<DataValue> => {
    const data = find(id)
    try {
      return { id, value: await data.read() }
    } catch (error) {
      throw failureOf(error)
    }
  }
  const changed = async (ids: readonly string[]) => {
    for (const value of await Promise.all(ids.map(read))) watchers.notify(value)
  }
  return {
    changed,
    facet: {
      list: async () => items,
      read,
      write: async (id, value) => {
        const data = find(id)
        if (!data.write) throw new SovdError('forbidden', `'${id}' is read-only`, { target: id })
        requireFitting(id, value, data)
        try {
          await data.write(value)
        } catch (error) {
          throw failureOf(error)
        }
        // What was written is written, also when it cannot be read back.
        changed([id]).catch((error: unknown) =>
          log.warn('a written value cannot be read', { id, error: messageOf(error) }),
        )
      },
      watch: (ids, listener, { signal }: CallContext) => {
        for (const id of ids) find(id)
        const watched = new Set(ids)
        const end = watchers.add((value) => {
          if (watched.has(value.id)) listener(value)
        })
        return untilAborted(signal).finally(end)
      },
    },
  }
}

function itemOf(id: string, { type, min, max, values, read, write, ...told }: ProvidedData): DataItem {
  return { name: id, ...told, id, dataType: type, access: write ? 'readWrite' : 'readOnly' }
}

const FITS: Readonly<Partial<Record<DataItem['dataType'], (value: Json) => boolean>>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  float: Number.isFinite,
  struct: (value) => typeof value === 'object' && value !== null,
}

function requireFitting(id: string, value: Json, { type, min, max, values }: ProvidedData): void {
  const shown = JSON.stringify(value)?.slice(0, 100)
  const refuse = (expected: string) => {
    throw new SovdError('invalid-request', `'${id}' takes ${expected}, got ${shown}`, { target: id })
  }
  if (type === 'enum' && values && !values.some((each) => each === value)) refuse(`one of ${values.join(', ')}`)
  if (FITS[type]?.(value) === false) refuse(`a value of type ${type}`)
  if (typeof value !== 'number') return
  if (min !== undefined && value < min) refuse(`a number not below ${min}`)
  if (max !== undefined && value > max) refuse(`a number not above ${max}`)
}
