import { generateKeyPairSync, sign } from 'node:crypto'

const ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]
const COMMON_NAME = [0x55, 0x04, 0x03]
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11]
const TAG = {
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
}

/** One DER value: tag, length, content. */
function der(tag: number, ...parts: (Uint8Array | number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)))
  const { length } = content
  const prefix = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...prefix]), content])
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** A key and a self-signed X.509 certificate for a name, made for one test run. */
export function selfSigned(commonName: string): { certificate: string; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(TAG.sequence, der(TAG.oid, ECDSA_WITH_SHA256))
  const name = der(
    TAG.sequence,
    der(TAG.set, der(TAG.sequence, der(TAG.oid, COMMON_NAME), der(TAG.utf8, Buffer.from(commonName)))),
  )
  const validity = der(
    TAG.sequence,
    der(TAG.generalizedTime, Buffer.from('20200101000000Z')),
    der(TAG.generalizedTime, Buffer.from('20991231235959Z')),
  )
  const alternativeNames = der(TAG.sequence, der(0x82, Buffer.from(commonName)))
  const extensions = der(
    0xa3,
    der(TAG.sequence, der(TAG.sequence, der(TAG.oid, SUBJECT_ALT_NAME), der(TAG.octetString, alternativeNames))),
  )
  const body = der(
    TAG.sequence,
    der(0xa0, der(0x02, [2])),
    der(0x02, [1]),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  )
  const signature = sign('sha256', body, privateKey)
  const certificate = der(TAG.sequence, body, algorithm, der(TAG.bitString, [0], signature))
  return {
    certificate: pem('CERTIFICATE', certificate),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
