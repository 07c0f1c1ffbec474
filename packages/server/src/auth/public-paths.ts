import { versionInfoAliases } from '../iso/version-info.ts'

/**
 * Paths that tell nothing of the vehicle: whether the server lives and is ready, and which versions it speaks.
 * @param nativeBase prefix of the native contract, without a trailing slash
 * @param isoBase that of ISO 17978-3, likewise
 */
export function publicPathsOf(nativeBase: string, isoBase: string): readonly string[] {
  return [
    '/healthz',
    '/readyz',
    `${nativeBase}/health`,
    `${nativeBase}/version-info`,
    '/version-info',
    `${isoBase}/version-info`,
    ...versionInfoAliases([isoBase, nativeBase]),
  ]
}
