import { randomUUID } from 'node:crypto'
import { untilAborted } from '@opensovd/base'
import type { BulkDataItem, BulkDataStore, EntityRef, Script, ScriptsOptions, UpdateProvider } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'

interface KeptFile extends BulkDataItem {
  readonly place: string
  readonly content: readonly Uint8Array[]
}

/** Files in memory, in the category `notes`. */
export function memoryFiles(): BulkDataStore {
  const files = new Map<string, KeptFile>()
  const placeOf = ({ kind, id }: EntityRef, category: string) => `${kind}/${id}/${category}`
  return {
    of(entity) {
      const find = (category: string, id: string) => {
        const file = files.get(id)
        if (file?.place === placeOf(entity, category)) return file
        throw new SovdError('not-found', `there is no file '${id}'`)
      }
      return {
        categories: async () => ['notes'],
        list: async (category) => [...files.values()].filter(({ place }) => place === placeOf(entity, category)),
        find: async (category, id) => find(category, id),
        async *content(category, id) {
          yield* find(category, id).content
        },
        async upload(category, { mimeType, content }) {
          const chunks: Uint8Array[] = []
          for await (const chunk of content) chunks.push(chunk)
          const file = { id: randomUUID(), mimeType, place: placeOf(entity, category), content: chunks }
          files.set(file.id, file)
          return file
        },
        async delete(category, id) {
          files.delete(find(category, id).id)
        },
      }
    },
  }
}

/** Scripts in memory, all of which run until they are ended. */
export function memoryScripts(): ScriptsOptions {
  const scripts = new Map<string, Script>()
  return {
    store: {
      list: ({ kind, id }) => [...scripts.values()].filter(({ entity }) => entity.kind === kind && entity.id === id),
      async add({ kind, id }, { content }) {
        for await (const _ of content);
        const script = { id: randomUUID(), entity: { kind, id } }
        scripts.set(script.id, script)
        return script
      },
      remove: async ({ id }) => void scripts.delete(id),
      registered: [],
      register: async () => {},
      unregister: async () => {},
    },
    runner: {
      check: async () => {},
      async run(_task, signal) {
        await untilAborted(signal)
        return undefined
      },
    },
  }
}

/** One update, for the component `xbat`. */
export const ONE_UPDATE: UpdateProvider = {
  list: async () => [
    {
      id: 'u1',
      name: 'Update of the battery',
      version: '2',
      sizeBytes: 1,
      automated: true,
      origin: 'proximity',
      updatedComponents: ['xbat'],
      affectedComponents: [],
    },
  ],
  run: async () => {},
  statusOf: async () => undefined,
  keepStatus: async () => {},
}
