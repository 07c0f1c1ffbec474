import { createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import type { ProximityVerifier } from '@opensovd/core'

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/

/** Takes Ed25519 signatures (RFC 8032) of challenges, in Base64. */
export function ed25519Verifier(publicKey: KeyObject): ProximityVerifier {
  return (challenge, response) => {
    const signature = bytesOf(response)
    return signature?.length === 64 && verify(null, Buffer.from(challenge), publicKey, signature)
  }
}

/** Takes HMAC-SHA-256 tags (RFC 2104) of challenges, in Base64. */
export function hmacVerifier(secret: Buffer): ProximityVerifier {
  return (challenge, response) => {
    const tag = bytesOf(response)
    const expected = createHmac('sha256', secret).update(challenge).digest()
    return tag?.length === expected.length && timingSafeEqual(tag, expected)
  }
}

function bytesOf(base64: string): Buffer | undefined {
  return BASE64.test(base64) ? Buffer.from(base64, 'base64') : undefined
}
