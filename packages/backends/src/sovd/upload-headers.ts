import type { BulkDataUpload } from '@opensovd/core'

/** What is said of a file that is sent: its name in ASCII, and as it is where that is not the same [RFC 6266]. */
export function uploadHeaders({ mimeType, name, size }: BulkDataUpload): readonly string[] {
  const plain = (name ?? 'file').replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const exact = name === undefined || name === plain ? '' : `; filename*=UTF-8''${encoded(name)}`
  return [
    ...['accept', 'application/json', 'content-type', mimeType],
    ...['content-disposition', `attachment; filename="${plain}"${exact}`],
    ...(size === undefined ? [] : ['content-length', String(size)]),
  ]
}

/** [RFC 8187 3.2] */
function encoded(name: string): string {
  const percentEncoded = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(name.toWellFormed()).replaceAll(/['()*]/g, percentEncoded)
}
