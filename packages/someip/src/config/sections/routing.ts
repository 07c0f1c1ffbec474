import { isMulticast, isUnspecified } from '../address.ts'
import { list, object } from '../compounds.ts'
import {
  atName,
  dropEntry,
  type Field,
  type Found,
  type Infer,
  mapped,
  optional,
  reportIgnoredDuplicate,
} from '../field.ts'
import type { Problems } from '../problems.ts'
import type { Range } from '../ranges.ts'
import { address, integer, text } from '../scalars.ts'

export interface RoutingConfiguration {
  readonly host: {
    /** The application that hosts routing; empty: the first one that takes the lock file does. */
    readonly name: string
    /** What the host must run as. */
    readonly credentials: Credentials | undefined
    readonly unicast: string | undefined
    readonly port: number
  }
  readonly guests: { readonly unicast: string | undefined; readonly ports: readonly GuestPorts[] }
  /** How applications reach the host: over TCP if the host has an address, else over local sockets. */
  readonly transport: 'uds' | 'tcp'
}

export interface Credentials {
  readonly uid: number
  readonly gid: number
}

/** The ports of guests that run as `uid` and `gid`; undefined: any. */
export interface GuestPorts {
  readonly uid: number | undefined
  readonly gid: number | undefined
  readonly ranges: readonly Range[]
}

const ANY_USER = 0xffff_ffff
const DEFAULT_GUEST_PORTS: GuestPorts = { uid: undefined, gid: undefined, ranges: [{ first: 31_492, last: 31_999 }] }

const userId = (meaning: string) => integer({ type: 'uint32', notation: 'decimal or 0x', meaning })
const port = (meaning: string) => integer({ notation: 'decimal or 0x', default: 0, defaultText: '', meaning })

const host = object(
  {
    name: text({ default: '', meaning: 'application that hosts routing; without it the first one started' }),
    uid: userId('user that the host runs as; counts only together with `gid`'),
    gid: userId('group that the host runs as; counts only together with `uid`'),
    unicast: address({ meaning: 'address of the host; makes local communication use TCP instead of local sockets' }),
    port: integer({ notation: 'decimal or 0x', default: 31_490, meaning: 'TCP port of the host' }),
  },
  { meaning: 'the application that hosts routing' },
)

/** With an address that cannot be read vsomeip drops the whole host, its name included. */
const hostField = mapped(host, (values, found, problems) => {
  const isBroken = (one: Found) =>
    values.unicast === undefined && one.node.entries.some(({ name }) => name === 'unicast')
  const broken = found.find(isBroken)
  if (broken === undefined) return values
  problems.report('dropped-entry', atName(broken), 'without a readable "unicast" the host is ignored altogether')
  return undefined
})

const rangeKeys = { first: port('first port'), last: port('last port') }

const guestPortsField: Field<GuestPorts | undefined> = mapped(
  object(
    {
      uid: userId('user that the ports are for, 4294967295 for all; counts only together with `gid` and `ranges`'),
      gid: userId('group that the ports are for, 4294967295 for all; counts only together with `uid` and `ranges`'),
      ranges: optional(list(mapped(object(rangeKeys, { meaning: 'one range' }), toRange), { meaning: 'the ranges' })),
      ...rangeKeys,
    },
    { meaning: 'one range of ports, or the ranges of a user and a group' },
  ),
  ({ uid, gid, ranges, first, last }, found, problems) => {
    if (uid !== undefined && gid !== undefined && ranges !== undefined) {
      return ranges.length === 0 ? undefined : { uid: orAny(uid), gid: orAny(gid), ranges }
    }
    const range = toRange({ first, last }, found, problems)
    return range === undefined ? undefined : { uid: undefined, gid: undefined, ranges: [range] }
  },
)

const keys = object(
  {
    host: optional(hostField),
    guests: object(
      {
        unicast: address({ meaning: 'address of the guests', defaultText: '`routing.host.unicast`' }),
        ports: list(guestPortsField, { meaning: 'TCP ports of the guests; without any 31492 to 31999' }),
      },
      { meaning: 'the applications that do not host routing' },
    ),
  },
  { meaning: 'where routing runs and how applications reach it', repeat: 'first' },
)

export const routingField: Field<RoutingConfiguration> = {
  doc: { ...keys.doc, type: 'object, or plain `host.name`' },
  inner: keys.inner,
  read(found, problems) {
    const [first] = found
    if (first?.node.kind !== 'scalar') return toRouting(keys.read(found, problems), first, problems)
    for (const one of found.slice(1)) reportIgnoredDuplicate(first, one, problems)
    const none = toRouting(keys.read([], problems), undefined, problems)
    return { ...none, host: { ...none.host, name: first.node.text } }
  },
}

/** The largest number stands for all. */
function orAny(userId: number): number | undefined {
  return userId === ANY_USER ? undefined : userId
}

function toRange(range: Range, found: readonly Found[], problems: Problems): Range | undefined {
  const { first, last } = range
  if (first > 0 && last > 0) return { first: Math.min(first, last), last: Math.max(first, last) }
  return dropEntry(found, problems, 'a port range needs "first" and "last"')
}

function toRouting(
  { host: given, guests }: Infer<typeof keys>,
  place: Found | undefined,
  problems: Problems,
): RoutingConfiguration {
  const { uid, gid, name, unicast, port } = given ?? host.read([], problems)
  const credentials = uid === undefined || gid === undefined ? undefined : { uid, gid }
  const isTcp = unicast !== undefined && !isUnspecified(unicast) && !isMulticast(unicast)
  const hasGuests = given !== undefined && place !== undefined
  return {
    host: { name, credentials, unicast, port },
    guests: {
      unicast: hasGuests ? (guests.unicast ?? unicast) : undefined,
      ports: hasGuests ? mergeGuestPorts(guests.ports, port, place, problems) : [],
    },
    transport: isTcp ? 'tcp' : 'uds',
  }
}

/** One entry for each user and group; later ranges of the same user and group replace earlier ones, those of any add up. */
function mergeGuestPorts(
  given: readonly GuestPorts[],
  hostPort: number,
  place: Found,
  problems: Problems,
): readonly GuestPorts[] {
  const merged = new Map<string, GuestPorts>()
  for (const one of given) {
    const owner = `${one.uid}:${one.gid}`
    const before = one.uid === undefined && one.gid === undefined ? (merged.get(owner)?.ranges ?? []) : []
    merged.set(owner, { ...one, ranges: [...before, ...one.ranges] })
  }
  const ports = merged.size === 0 ? [DEFAULT_GUEST_PORTS] : [...merged.values()]
  return ports.map((one) => ({
    ...one,
    ranges: one.ranges.flatMap((range) => fitToHostPort(range, hostPort, place, problems)),
  }))
}

/** A guest takes two neighbouring ports, and pairs start like the host's port: even with even, odd with odd. */
function fitToHostPort(range: Range, hostPort: number, place: Found, problems: Problems): readonly Range[] {
  const isEven = (range.last - range.first + 1) % 2 === 0
  const matches = range.first % 2 === hostPort % 2
  if (isEven && matches) return [range]
  const fitted = matches
    ? { first: range.first, last: range.last - 1 }
    : { first: range.first + 1, last: isEven ? range.last - 1 : range.last }
  const rule = `pairs of ports that start ${hostPort % 2 === 0 ? 'even' : 'odd'} like the port of the host`
  const use = fitted.last < fitted.first ? 'is left out' : `becomes ${fitted.first} to ${fitted.last}`
  const message = `the range ${range.first} to ${range.last} does not hold ${rule}; it ${use}`
  problems.report('adjusted-value', atName(place), message)
  return fitted.last < fitted.first ? [] : [fitted]
}

const credentialKeys = object(
  {
    uid: integer({ type: 'uint32', notation: 'decimal or 0x', default: 0, meaning: 'user' }),
    gid: integer({ type: 'uint32', notation: 'decimal or 0x', default: 0, meaning: 'group' }),
  },
  { meaning: 'the same as `routing.host.uid` and `.gid`; of both the first one counts', repeat: 'first' },
)

/** Older files give the credentials of the host in a section of their own. */
export const routingCredentialsField: Field<Credentials | undefined> = optional(credentialKeys)
