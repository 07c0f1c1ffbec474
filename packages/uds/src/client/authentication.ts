import { formatAddress } from '../codec/address.ts'
import { AUTHENTICATION, AUTHENTICATION_RETURN } from '../codec/authentication.ts'
import { UdsError } from '../errors.ts'
import type { EcuClient } from './ecu-client.ts'

/** Proves who the tester is. The bytes are opaque here: X.509, CV certificates and signatures are its business. */
export interface AuthenticationProvider {
  /** certificateClient. */
  readonly certificate: Uint8Array
  /** proofOfOwnershipClient for the challenge of the server. */
  prove(challengeServer: Uint8Array, signal?: AbortSignal): Promise<Uint8Array>
  /** communicationConfiguration; 0 when left out. */
  readonly communicationConfiguration?: number
}

/**
 * Authenticates by certificate exchange, unidirectional: verifyCertificateUnidirectional, then proofOfOwnership
 * (ISO 14229-1 10.6, APCE). The other flows are open to `EcuClient.request('authentication', …)`.
 * @returns sessionKeyInfo of the server, empty where it makes no session key
 * @throws NegativeResponseError when the ECU refuses certificate or proof
 * @throws UdsError UDS_UNEXPECTED_ANSWER when it answers with another return value than the flow has here
 */
export async function authenticate(
  ecu: EcuClient,
  provider: AuthenticationProvider,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const none = new Uint8Array(0)
  const verified = await ecu.request(
    'authentication',
    {
      task: AUTHENTICATION.VERIFY_CERTIFICATE_UNIDIRECTIONAL,
      communicationConfiguration: provider.communicationConfiguration ?? 0,
      certificateClient: provider.certificate,
      challengeClient: none,
    },
    signal,
  )
  if (
    verified.task !== AUTHENTICATION.VERIFY_CERTIFICATE_UNIDIRECTIONAL ||
    verified.returnValue !== AUTHENTICATION_RETURN.CERTIFICATE_VERIFIED_OWNERSHIP_NECESSARY
  ) {
    throw unexpected(ecu, 'certificate', verified.returnValue)
  }
  const proof = await provider.prove(verified.challengeServer, signal)
  const owned = await ecu.request(
    'authentication',
    { task: AUTHENTICATION.PROOF_OF_OWNERSHIP, proofOfOwnershipClient: proof, ephemeralPublicKeyClient: none },
    signal,
  )
  if (
    owned.task !== AUTHENTICATION.PROOF_OF_OWNERSHIP ||
    owned.returnValue !== AUTHENTICATION_RETURN.OWNERSHIP_VERIFIED_COMPLETE
  ) {
    throw unexpected(ecu, 'proof of ownership', owned.returnValue)
  }
  return owned.sessionKeyInfo
}

function unexpected(ecu: EcuClient, what: string, returnValue: number): UdsError {
  const problem = `ECU ${formatAddress(ecu.address)}: authentication return value 0x${returnValue.toString(16)} for the ${what}`
  return new UdsError('UDS_UNEXPECTED_ANSWER', problem)
}
