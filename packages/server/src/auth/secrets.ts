import { createHash, scrypt, timingSafeEqual } from 'node:crypto'
import { SovdError } from '@opensovd/sovd'
import type { ClientSecret } from './options.ts'

/** Derivations under way at once; each takes 16 MiB and some 50 ms of a processor. */
const MAX_DERIVATIONS = 8

let derivations = 0

/** Whether two texts are the same, in a time that tells nothing of either. */
export function isSameText(a: string, b: string): boolean {
  return timingSafeEqual(digestOf(a), digestOf(b))
}

/**
 * Whether a text is the secret.
 * @throws SovdError `unavailable` when too many are judged at once
 */
export async function isSecret(text: string, secret: ClientSecret): Promise<boolean> {
  if (secret.kind === 'plain') return isSameText(text, secret.text)
  const hash = Buffer.from(secret.hash, 'base64')
  const derived = await derive(text, Buffer.from(secret.salt, 'base64'), hash.length)
  return timingSafeEqual(derived, hash)
}

async function derive(text: string, salt: Uint8Array, length: number): Promise<Uint8Array> {
  if (derivations >= MAX_DERIVATIONS) {
    throw new SovdError('unavailable', 'too many clients ask for tokens at once', { retryAfterSeconds: 1 })
  }
  derivations++
  try {
    return await new Promise((resolve, reject) =>
      scrypt(text, salt, length, (error, derived) => (error ? reject(error) : resolve(derived))),
    )
  } finally {
    derivations--
  }
}

function digestOf(content: string): Uint8Array {
  return createHash('sha256').update(content).digest()
}
