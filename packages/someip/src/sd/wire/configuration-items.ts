import { type ByteReader, type ByteWriter, DecodeError } from '@opensovd/base/bytes'
import { EncodeError } from '../../wire/encode-error.ts'

/** One `key=value` of a configuration option; without a value the key is only present. */
export interface ConfigurationItem {
  readonly key: string
  readonly value?: string
}

const MAX_ITEM_BYTES = 255
const KEY = /^[\x20-\x3c\x3e-\x7e]+$/

/**
 * Reads the configuration string of an option: items with their lengths in front, in the manner of DNS TXT records, and
 * a length of 0 at the end [feat_req_someipsd_150], [feat_req_someipsd_151]. Keys may repeat [feat_req_someipsd_684].
 * @throws DecodeError also for bytes after the end [feat_req_someipsd_158] and for a key that is none
 */
export function readConfigurationItems(from: ByteReader): readonly ConfigurationItem[] {
  const items: ConfigurationItem[] = []
  for (let length = from.u8(); length > 0; length = from.u8()) items.push(parseItem(from.utf8(length)))
  from.end()
  return items
}

/** @throws EncodeError for a key that is none [feat_req_someipsd_162] and an item of more than 255 bytes */
export function writeConfigurationItems(to: ByteWriter, items: readonly ConfigurationItem[]): void {
  for (const { key, value } of items) {
    if (!KEY.test(key)) throw new EncodeError('configuration', `'${key}' is not a key`)
    const bytes = new TextEncoder().encode(value === undefined ? key : `${key}=${value}`)
    if (bytes.length > MAX_ITEM_BYTES) {
      throw new EncodeError(`configuration.${key}`, `${bytes.length} bytes, at most ${MAX_ITEM_BYTES} allowed`)
    }
    to.u8(bytes.length).bytes(bytes)
  }
  to.u8(0)
}

function parseItem(text: string): ConfigurationItem {
  const at = text.indexOf('=')
  const key = at < 0 ? text : text.slice(0, at)
  if (!KEY.test(key)) throw new DecodeError('configuration option', `'${text}' has no valid key`)
  return at < 0 ? { key } : { key, value: text.slice(at + 1) }
}
