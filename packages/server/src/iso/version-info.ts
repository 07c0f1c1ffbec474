/**
 * Where version-info is, beside `/version-info`: next to each base [17978-3 7.4], unless a contract has its own there.
 * @param bases prefixes of the contracts, without trailing slashes
 */
export function versionInfoAliases(bases: readonly string[]): readonly string[] {
  const own = new Set(bases.map((base) => `${base}/version-info`))
  const beside = bases.map((base) => `${base.slice(0, base.lastIndexOf('/'))}/version-info`)
  return [...new Set(beside)].filter((path) => path !== '/version-info' && !own.has(path))
}
