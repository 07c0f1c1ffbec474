import { E2E_PROFILE, E2eChecker, E2eProtector, type E2eStatus } from '@opensovd/someip/e2e'

/** Applications protect and check as `e2e` of their configuration says; this does the same with bytes of your own. */
const layout = E2E_PROFILE.P04({ dataId: 0x0100002d, maxDeltaCounter: 3 })

/** Protects some areas of the same event; the first 12 bytes of each are for the protection. */
export function protectAll(areas: readonly Uint8Array[]): void {
  const protector = new E2eProtector(layout)
  for (const area of areas) protector.protect(area)
}

/** What a receiver finds: `OK` for each area that arrives whole and in order. */
export function checkAll(areas: readonly Uint8Array[]): E2eStatus[] {
  const checker = new E2eChecker(layout)
  return areas.map((area) => checker.check(area))
}
