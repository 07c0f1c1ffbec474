import type { ConfigurationFiles } from '../files.ts'

/** Files by absolute path. A text of undefined cannot be read; a path that ends with a slash is an empty folder. */
export function memoryFiles(texts: Readonly<Record<string, string | Uint8Array | undefined>>): ConfigurationFiles {
  const paths = Object.keys(texts)
  const isFolder = (path: string) => paths.some((one) => one.startsWith(`${path.replace(/\/$/, '')}/`))
  return {
    kindOf: async (path) => (paths.includes(path) ? 'file' : isFolder(path) ? 'folder' : undefined),
    async read(path) {
      const text = texts[path]
      if (text === undefined) throw new Error('permission denied')
      return typeof text === 'string' ? new TextEncoder().encode(text) : text
    },
    async list(folder) {
      const inside = paths.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1))
      return [...new Set(inside.map((path) => path.split('/')[0] ?? ''))].filter((name) => name !== '').reverse()
    },
  }
}
