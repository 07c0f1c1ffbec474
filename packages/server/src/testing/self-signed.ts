import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** PEM texts. */
export interface KeyPair {
  readonly cert: string
  readonly key: string
}

/**
 * A key and a certificate of its own for the loopback addresses, made by OpenSSL.
 * @param subject `/O=Workshop/CN=ann`
 */
export function selfSigned(subject: string): KeyPair {
  const folder = mkdtempSync(join(tmpdir(), 'opensovd-'))
  try {
    const [key, cert] = [join(folder, 'key'), join(folder, 'cert')]
    const files = ['-keyout', key, '-out', cert, '-days', '2', '-subj', subject]
    const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
    const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    execFileSync('openssl', ['req', '-x509', '-nodes', ...algorithm, ...files, ...names], { stdio: 'ignore' })
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
