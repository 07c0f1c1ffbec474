import { fromHex } from '@opensovd/base/bytes'

/** Magic cookie messages [PRS_SOMEIP_00160], by the direction they travel in. They mark message boundaries on TCP. */
export const MAGIC_COOKIE = {
  CLIENT_TO_SERVER: fromHex('ffff0000 00000008 deadbeef 01010100'),
  SERVER_TO_CLIENT: fromHex('ffff8000 00000008 deadbeef 01010200'),
} as const
export type CookieDirection = keyof typeof MAGIC_COOKIE

/** Where a whole `cookie` first stands in `bytes`, or -1. */
export function indexOfCookie(bytes: Uint8Array, cookie: Uint8Array): number {
  const [first = 0] = cookie
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (isCookieAt(bytes, cookie, at)) return at
  }
  return -1
}

export function isCookieAt(bytes: Uint8Array, cookie: Uint8Array, at: number): boolean {
  if (at + cookie.length > bytes.length) return false
  for (let index = 0; index < cookie.length; index++) {
    if (bytes[at + index] !== cookie[index]) return false
  }
  return true
}
