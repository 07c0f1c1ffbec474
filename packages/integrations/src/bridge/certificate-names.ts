import type { X509Certificate } from 'node:crypto'

const ALTERNATIVE = /^(?:DNS|URI):([!-~]+)$/

/**
 * The names in a certificate: the common name, and the DNS names and URIs among the alternative names. A comma within
 * one of these is escaped by Node.js, so that it is not taken for the end of it.
 */
export function certificateNames(certificate: X509Certificate | undefined): readonly string[] {
  if (!certificate) return []
  const { subject, subjectaltname = '' } = certificate.toLegacyObject()
  const common: unknown = subject?.CN
  const alternatives = subjectaltname.split(', ').flatMap((entry) => ALTERNATIVE.exec(entry)?.[1] ?? [])
  return typeof common === 'string' ? [common, ...alternatives] : alternatives
}
