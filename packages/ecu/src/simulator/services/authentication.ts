import { fromHex } from '@opensovd/base/bytes'
import {
  AUTHENTICATION,
  AUTHENTICATION_RETURN,
  type KeyProvider,
  NRC,
  type ServiceHandlers,
  ServiceRefusal,
} from '@opensovd/uds'
import type { AuthenticationDescription } from '../../description/schema/ecu.ts'
import type { EcuParts } from '../ecu-parts.ts'

const CHALLENGE_LENGTH = 16
const NONE = new Uint8Array(0)

/** Authentication by certificate exchange, unidirectional [14229-1 10.6]; proofs are made as the description says. */
export function authenticationService(
  { ecu, clock, resolve }: EcuParts,
  proofsOf: (authentication: AuthenticationDescription) => KeyProvider,
): ServiceHandlers {
  const { authentication } = ecu
  if (!authentication) return {}
  const certificate = fromHex(authentication.certificate)
  const proofs = proofsOf(authentication)
  let challenge: Uint8Array | undefined

  const verifyCertificate = (given: Uint8Array) => {
    if (!sameBytes(given, certificate)) {
      throw new ServiceRefusal(NRC.certificateVerificationFailedInvalidCertificate)
    }
    challenge = Uint8Array.from({ length: CHALLENGE_LENGTH }, () => Math.floor(clock.random() * 256))
    return challenge
  }
  const verifyProof = async (given: Uint8Array) => {
    const seed = challenge
    challenge = undefined
    if (!seed) throw new ServiceRefusal(NRC.requestSequenceError)
    const expected = await proofs.key({ ecu: ecu.address, level: 0, seed })
    if (!sameBytes(given, expected)) throw new ServiceRefusal(NRC.ownershipVerificationFailed)
  }

  return {
    authentication: {
      ...resolve(authentication),
      handle: async (request, { state, signal }) => {
        switch (request.task) {
          case AUTHENTICATION.DE_AUTHENTICATE:
            state.authenticate(false)
            return { task: request.task, returnValue: AUTHENTICATION_RETURN.DE_AUTHENTICATION_SUCCESSFUL }
          case AUTHENTICATION.VERIFY_CERTIFICATE_UNIDIRECTIONAL:
            return {
              task: request.task,
              returnValue: AUTHENTICATION_RETURN.CERTIFICATE_VERIFIED_OWNERSHIP_NECESSARY,
              challengeServer: verifyCertificate(request.certificateClient),
              ephemeralPublicKeyServer: NONE,
            }
          case AUTHENTICATION.PROOF_OF_OWNERSHIP:
            await verifyProof(request.proofOfOwnershipClient)
            signal.throwIfAborted()
            state.authenticate(true)
            return {
              task: request.task,
              returnValue: AUTHENTICATION_RETURN.OWNERSHIP_VERIFIED_COMPLETE,
              sessionKeyInfo: NONE,
            }
          case AUTHENTICATION.CONFIGURATION:
            return { task: request.task, returnValue: AUTHENTICATION_RETURN.CONFIGURATION_APCE }
          default:
            throw new ServiceRefusal(NRC.subFunctionNotSupported)
        }
      },
    },
  }
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}
