import { isUnspecified } from '../address.ts'
import { list, object } from '../compounds.ts'
import { atName, dropEntry, type Field, mapped } from '../field.ts'
import { quote } from '../problems.ts'
import type { Range } from '../ranges.ts'
import { address, integer, text } from '../scalars.ts'

/** Which ports of a device are protected, so that its offers count from them under conditions only. */
export interface Acceptance {
  readonly address: string
  /** Files whose existence switches the protection on. */
  readonly paths: readonly string[]
  readonly reliable: ProtectedPorts | undefined
  readonly unreliable: ProtectedPorts | undefined
}

export interface ProtectedPorts {
  readonly optional: readonly Range[]
  readonly secure: readonly Range[]
}

const range = (first: number, last: number): Range => ({ first, last })
export const DEFAULT_OPTIONAL_PORTS = [range(30_491, 30_499), range(30_898, 30_998), range(30_501, 30_599)]
export const DEFAULT_SECURE_PORTS = [range(32_491, 32_499), range(32_898, 32_998), range(32_501, 32_599)]

const port = (meaning: string) => integer({ default: 0, defaultText: '', meaning: `${meaning}; decimal only` })

const portsField = mapped(
  object(
    {
      port: port('one port'),
      first: port('first port of a range'),
      last: port('last port of a range'),
      type: text({ default: 'optional', meaning: 'kind of the ports: `optional` or `secure`' }),
    },
    { meaning: 'one port or range' },
  ),
  ({ port, first, last, type }, found, problems) => {
    if (type !== 'optional' && type !== 'secure') {
      return dropEntry(found, problems, `${quote(type)} is neither optional nor secure`)
    }
    return { type, range: port === 0 ? { first, last } : range(port, port) }
  },
)

/** Ranges without ends say that the default ranges of their type are not wanted. */
const protectedPorts = (transport: string): Field<ProtectedPorts | undefined> => {
  const ports = list(portsField, {
    meaning: `protected ${transport} ports; types that are not given have default ranges`,
  })
  return mapped(ports, (given, found) => {
    const ranges = (type: 'optional' | 'secure', otherwise: readonly Range[]) => {
      const those = given.filter((one) => one.type === type).map((one) => one.range)
      return those.length === 0 ? otherwise : those.filter(({ first, last }) => first !== 0 && first <= last)
    }
    if (found.length === 0) return undefined
    return {
      optional: ranges('optional', DEFAULT_OPTIONAL_PORTS),
      secure: ranges('secure', DEFAULT_SECURE_PORTS),
    }
  })
}

const acceptanceField = mapped(
  object(
    {
      address: address({ meaning: 'address of the device' }),
      path: list(text({ default: '', meaning: 'a file' }), {
        meaning: 'files whose existence switches the protection on',
        orOne: true,
      }),
      reliable: protectedPorts('TCP'),
      unreliable: protectedPorts('UDP'),
    },
    { meaning: 'one device' },
  ),
  ({ address, path, reliable, unreliable }, found, problems) => {
    if (address === undefined || isUnspecified(address)) return dropEntry(found, problems, 'a device needs "address"')
    return {
      acceptance: { address, paths: [...new Set(path)].filter((one) => one !== ''), reliable, unreliable },
      found,
    }
  },
)

export const acceptancesField: Field<readonly Acceptance[]> = mapped(
  list(acceptanceField, { meaning: 'devices of which some ports are protected', repeat: 'first' }),
  (entries, _found, problems) => {
    const acceptances = new Map<string, Acceptance>()
    for (const { acceptance, found } of entries) {
      const before = acceptances.get(acceptance.address)
      if (before === undefined) acceptances.set(acceptance.address, acceptance)
      else if (portsOf(before) === portsOf(acceptance)) {
        acceptances.set(before.address, { ...before, paths: [...new Set([...before.paths, ...acceptance.paths])] })
      } else {
        for (const one of found) {
          const message = `${acceptance.address} has other ports already; this entry is ignored`
          problems.report('duplicate-definition', atName(one), message)
        }
      }
    }
    return [...acceptances.values()]
  },
)

function portsOf({ reliable, unreliable }: Acceptance): string {
  return JSON.stringify({ reliable, unreliable })
}
