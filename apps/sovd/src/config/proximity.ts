import type { KeyObject } from 'node:crypto'
import type { DiagnosticsOptions, ProximityVerifier } from '@opensovd/core'
import { ed25519Verifier, hmacVerifier } from '@opensovd/server'
import { ENTITY_ID } from '@opensovd/sovd'
import type { Findings } from './findings.ts'
import { loadPublicKey } from './pem.ts'
import type { Settings } from './settings/settings.ts'

export type ProximityConfig = NonNullable<DiagnosticsOptions['proximity']>

/** Judges how proofs of proximity are verified, and loads the key. */
export function readProximity(settings: Settings['proximity'], findings: Findings): ProximityConfig {
  const { public_key_path: file, hmac_secret: secret, valid_secs, operations } = settings
  if (file !== undefined && secret !== undefined) {
    findings.problem('proximity.hmac_secret', 'makes no sense together with public_key_path', {
      involved: ['proximity.public_key_path'],
    })
  }
  if (operations.length > 0 && file === undefined && secret === undefined) {
    findings.problem('proximity.operations', 'need public_key_path or hmac_secret: nobody could start them', {
      involved: ['proximity.public_key_path', 'proximity.hmac_secret'],
    })
  }
  for (const [index, operation] of operations.entries()) {
    const parts = operation.split('/')
    if (parts.length === 2 && parts.every((part) => ENTITY_ID.test(part))) continue
    findings.problem(`proximity.operations[${index}]`, `expected component/operation, got ${JSON.stringify(operation)}`)
  }
  const verify = verifierOf(file, secret, findings)
  return { validMs: valid_secs * 1000, operations, ...(verify && { verify }) }
}

function verifierOf(
  file: string | undefined,
  secret: string | undefined,
  findings: Findings,
): ProximityVerifier | undefined {
  const key = file === undefined ? undefined : loadKey(file, findings)
  if (key) return ed25519Verifier(key)
  return secret === undefined ? undefined : hmacVerifier(Buffer.from(secret))
}

function loadKey(file: string, findings: Findings): KeyObject | undefined {
  const path = 'proximity.public_key_path'
  const key = loadPublicKey(path, file, findings)
  if (!key || key.asymmetricKeyType === 'ed25519') return key
  findings.problem(path, `${file} holds a key of type ${key.asymmetricKeyType}, expected ed25519`)
  return undefined
}
