import { messageOf } from '@opensovd/base'
import { toHex } from '@opensovd/base/bytes'
import { CONFIGURATION_TARGETS } from './configuration-targets.ts'
import { DISCOVERY_TARGETS } from './discovery-targets.ts'
import { MESSAGE_TARGETS } from './message-targets.ts'
import { PAYLOAD_TARGETS } from './payload-targets.ts'
import { Random } from './random.ts'
import type { FuzzTarget } from './target.ts'
import { WIRE_TARGETS } from './wire-targets.ts'

/** All decoders of the package. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  ...WIRE_TARGETS,
  ...DISCOVERY_TARGETS,
  ...MESSAGE_TARGETS,
  ...PAYLOAD_TARGETS,
  ...CONFIGURATION_TARGETS,
]

/** A case that did not hold. `seed` makes it again. */
export interface FuzzFailure {
  readonly target: string
  readonly seed: number
  readonly hex: string
  readonly error: string
}

export interface FuzzResult {
  /** Cases by target. */
  readonly cases: ReadonlyMap<string, number>
  readonly failures: readonly FuzzFailure[]
}

/** Enough to see what is wrong. */
const MAX_FAILURES = 20

/** Runs `count` cases; those that `seed` and the numbers after it make. */
export function fuzz(seed: number, count: number, targets: readonly FuzzTarget[] = FUZZ_TARGETS): FuzzResult {
  const cases = new Map<string, number>()
  const failures: FuzzFailure[] = []
  const tickets = targets.flatMap((target) => Array.from({ length: target.weight }, () => target))
  for (let index = 0; index < count && failures.length < MAX_FAILURES; index++) {
    const caseSeed = (seed + index) >>> 0
    const random = new Random(caseSeed)
    const target = tickets[random.below(tickets.length)]
    if (target === undefined) break
    cases.set(target.name, (cases.get(target.name) ?? 0) + 1)
    const failure = run(target, random)
    if (failure !== undefined) failures.push({ target: target.name, seed: caseSeed, ...failure })
  }
  return { cases, failures }
}

function run({ generate, check }: FuzzTarget, random: Random): Pick<FuzzFailure, 'hex' | 'error'> | undefined {
  const bytes = generate(random)
  try {
    check(bytes, random)
    return undefined
  } catch (error) {
    return { hex: toHex(bytes), error: messageOf(error) }
  }
}
