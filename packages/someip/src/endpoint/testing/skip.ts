/**
 * The `skip` option of a test that cannot run for `reason`; without one it runs. Where peers are required, a reason is an
 * error instead.
 */
export function skipFor(reason: string | undefined): string | false {
  if (!reason) return false
  if (process.env.REQUIRE_PEERS === '1') throw new Error(`what a test needs is missing: ${reason}`)
  return reason
}
