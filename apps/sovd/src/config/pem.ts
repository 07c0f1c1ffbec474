import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { messageOf } from '@opensovd/base'
import type { Findings } from './findings.ts'
import { readFailure } from './text-file.ts'

/** A setting that names a file. */
export interface FileSetting {
  readonly path: string
  readonly file: string | undefined
}

export interface KeyPair {
  readonly cert: string
  readonly key: string
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Loads a certificate chain and its key, which only make sense together. */
export function loadKeyPair(cert: FileSetting, key: FileSetting, findings: Findings): KeyPair | undefined {
  if (cert.file !== undefined && key.file === undefined) {
    findings.problem(cert.path, `needs ${key.path} as well`, { involved: [key.path] })
  }
  if (key.file !== undefined && cert.file === undefined) {
    findings.problem(key.path, `needs ${cert.path} as well`, { involved: [cert.path] })
  }
  const certText = loadCertificates(cert, findings)
  const keyText = loadKey(key, findings)
  if (certText === undefined || keyText === undefined) return undefined
  if (!new X509Certificate(certText).checkPrivateKey(createPrivateKey(keyText))) {
    findings.problem(key.path, `is not the key of the certificate in ${cert.file}`)
    return undefined
  }
  return { cert: certText, key: keyText }
}

/** The text of a PEM file that holds at least one certificate, and only valid ones. */
export function loadCertificates({ path, file }: FileSetting, findings: Findings): string | undefined {
  const text = load({ path, file }, findings)
  if (text === undefined) return undefined
  try {
    const certificates = text.match(CERTIFICATE) ?? []
    for (const certificate of certificates) new X509Certificate(certificate)
    if (certificates.length > 0) return text
    findings.problem(path, `${file} holds no PEM certificate`)
  } catch (error) {
    findings.problem(path, `${file} holds a certificate that cannot be read: ${messageOf(error)}`)
  }
  return undefined
}

function loadKey({ path, file }: FileSetting, findings: Findings): string | undefined {
  const text = load({ path, file }, findings)
  if (text === undefined) return undefined
  try {
    createPrivateKey(text)
    return text
  } catch (error) {
    findings.problem(path, `${file} holds no unencrypted PEM private key: ${messageOf(error)}`)
    return undefined
  }
}

function load({ path, file }: FileSetting, findings: Findings): string | undefined {
  if (file === undefined) return undefined
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    findings.problem(path, `${file} cannot be read: ${readFailure(error)}`)
    return undefined
  }
}

/** A public key, whatever its type; undefined after a complaint about the file. */
export function loadPublicKey(path: string, file: string, findings: Findings): KeyObject | undefined {
  let pem: string
  try {
    pem = readFileSync(file, 'utf8')
  } catch (error) {
    findings.problem(path, `${file} cannot be read: ${readFailure(error)}`)
    return undefined
  }
  if (pem.includes('PRIVATE KEY')) {
    findings.problem(path, `${file} holds a private key; the gateway needs the public one only`)
    return undefined
  }
  try {
    return createPublicKey(pem)
  } catch (error) {
    findings.problem(path, `${file} holds no PEM public key: ${messageOf(error)}`)
    return undefined
  }
}
