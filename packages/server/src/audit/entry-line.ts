import { isJsonObject, type Json, parseJson } from '@opensovd/base'
import type { AuditEntry, ChainLink } from '@opensovd/core'

/** An entry as a line, with its newline. */
export function lineOf(entry: AuditEntry): string {
  return `${JSON.stringify(entry)}\n`
}

/** The entry of a line; `undefined` for a line that holds none. Whether it is the one that was written its hash tells. */
export function entryOf(line: string): AuditEntry | undefined {
  let json: Json
  try {
    json = parseJson(line)
  } catch {
    return undefined
  }
  return isEntry(json) ? json : undefined
}

const TEXTS = ['timestamp', 'caller', 'action', 'target', 'resource', 'method', 'outcome', 'prevHash', 'hash'] as const

function isEntry(json: unknown): json is AuditEntry {
  const entry = json as Json
  return isJsonObject(entry) && typeof entry.seq === 'number' && TEXTS.every((name) => typeof entry[name] === 'string')
}

export function isLink(json: Json | undefined): boolean {
  return isJsonObject(json) && Number.isSafeInteger(json.seq) && typeof json.hash === 'string'
}

/** Without whatever else an entry has. */
export function linkOf({ seq, hash }: ChainLink): ChainLink {
  return { seq, hash }
}
