import { bytes, choice, counted, u8, u16 } from './field.ts'
import { withSubFunction } from './service.ts'

/** Tasks of the Authentication service: certificates (01 to 04) or challenge and response (05 to 07). */
export const AUTHENTICATION = {
  DE_AUTHENTICATE: 0x00,
  VERIFY_CERTIFICATE_UNIDIRECTIONAL: 0x01,
  VERIFY_CERTIFICATE_BIDIRECTIONAL: 0x02,
  PROOF_OF_OWNERSHIP: 0x03,
  TRANSMIT_CERTIFICATE: 0x04,
  REQUEST_CHALLENGE: 0x05,
  VERIFY_PROOF_UNIDIRECTIONAL: 0x06,
  VERIFY_PROOF_BIDIRECTIONAL: 0x07,
  CONFIGURATION: 0x08,
} as const
export const AUTHENTICATION_RETURN = {
  REQUEST_ACCEPTED: 0x00,
  GENERAL_REJECT: 0x01,
  CONFIGURATION_APCE: 0x02,
  CONFIGURATION_ACR_ASYMMETRIC: 0x03,
  CONFIGURATION_ACR_SYMMETRIC: 0x04,
  DE_AUTHENTICATION_SUCCESSFUL: 0x10,
  CERTIFICATE_VERIFIED_OWNERSHIP_NECESSARY: 0x11,
  OWNERSHIP_VERIFIED_COMPLETE: 0x12,
  CERTIFICATE_VERIFIED: 0x13,
} as const

const algorithmIndicator = bytes(16)
const verifyCertificate = { communicationConfiguration: u8, certificateClient: counted, challengeClient: counted }
const verifyProof = {
  algorithmIndicator,
  proofOfOwnershipClient: counted,
  challengeClient: counted,
  additionalParameter: counted,
}

/** Fields of variable size are opaque here: certificates, challenges and proofs are the business of a provider. */
export const authentication = withSubFunction(0x29, 'Authentication', {
  request: choice(
    'task',
    {
      0: {},
      1: verifyCertificate,
      2: verifyCertificate,
      3: { proofOfOwnershipClient: counted, ephemeralPublicKeyClient: counted },
      4: { certificateEvaluationId: u16, certificateData: counted },
      5: { communicationConfiguration: u8, algorithmIndicator },
      6: verifyProof,
      7: verifyProof,
      8: {},
    },
    'Authentication request',
  ),
  response: choice(
    'task',
    {
      0: { returnValue: u8 },
      1: { returnValue: u8, challengeServer: counted, ephemeralPublicKeyServer: counted },
      2: {
        returnValue: u8,
        challengeServer: counted,
        certificateServer: counted,
        proofOfOwnershipServer: counted,
        ephemeralPublicKeyServer: counted,
      },
      3: { returnValue: u8, sessionKeyInfo: counted },
      4: { returnValue: u8 },
      5: { returnValue: u8, algorithmIndicator, challengeServer: counted, neededAdditionalParameter: counted },
      6: { returnValue: u8, algorithmIndicator, sessionKeyInfo: counted },
      7: { returnValue: u8, algorithmIndicator, proofOfOwnershipServer: counted, sessionKeyInfo: counted },
      8: { returnValue: u8 },
    },
    'Authentication response',
  ),
})
