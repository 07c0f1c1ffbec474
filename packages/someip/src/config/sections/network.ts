import { netmaskOf } from '../address.ts'
import { atName, type Found, reportIgnoredDuplicate } from '../field.ts'
import type { Problems } from '../problems.ts'
import { address, flag, integer, text } from '../scalars.ts'

export interface NetworkConfiguration {
  /** The address of this host. */
  readonly unicast: string
  /** The subnet of an IPv4 host. */
  readonly netmask: string
  /** The subnet of an IPv6 host. */
  readonly prefixLength: number
  /** The device that sockets are bound to; empty: any. */
  readonly device: string
  /** The first part of the names of local sockets and of the lock file. */
  readonly name: string
  /** Local sockets are preferred where the routing host has the address of the guest, though TCP is configured. */
  readonly prefersUds: boolean
}

export interface ClientIdConfiguration {
  /** The high byte of client ids that are assigned. */
  readonly diagnosisAddress: number
  /** The bits of a client id that stay those of the diagnosis address. */
  readonly diagnosisMask: number
}

export const networkFields = {
  unicast: address({ default: '127.0.0.1', meaning: 'address of this host', repeat: 'first' }),
  netmask: address({ default: '255.255.255.0', meaning: 'subnet of this host', repeat: 'first' }),
  prefix: integer({
    default: 24,
    meaning: 'subnet of this host as the number of its leading bits; the first of `netmask` and `prefix` counts',
    repeat: 'first',
  }),
  device: text({ default: '', meaning: 'device that the sockets are bound to', repeat: 'first' }),
  network: text({ default: 'vsomeip', meaning: 'first part of the names of local sockets', repeat: 'first' }),
  'uds-preferred': flag({
    default: false,
    meaning: 'use local sockets between applications on one address, though TCP is configured',
    repeat: 'first',
  }),
  diagnosis: integer({
    notation: 'decimal or 0x',
    default: 1,
    defaultText: '0x01',
    meaning: 'high byte of the client ids that are assigned',
    repeat: 'first',
  }),
  diagnosis_mask: integer({
    notation: 'decimal or 0x',
    default: 0xff00,
    defaultText: '0xFF00',
    meaning: 'bits of a client id that are those of `diagnosis`; read only from files that give `diagnosis`, too',
    repeat: 'first',
  }),
}

type Find = (...keys: (keyof typeof networkFields)[]) => readonly Found[]

export function readNetwork(find: Find, problems: Problems): NetworkConfiguration {
  const fields = networkFields
  return {
    unicast: fields.unicast.read(find('unicast'), problems),
    ...readSubnet(find('netmask', 'prefix'), problems),
    device: fields.device.read(find('device'), problems),
    name: fields.network.read(find('network'), problems),
    prefersUds: fields['uds-preferred'].read(find('uds-preferred'), problems),
  }
}

function readSubnet(found: readonly Found[], problems: Problems): { netmask: string; prefixLength: number } {
  const { netmask, prefix } = networkFields
  let subnet = { netmask: netmask.read([], problems), prefixLength: prefix.read([], problems) }
  const [first, ...rest] = found
  if (first === undefined) return subnet
  if (first.path === 'netmask') subnet = { ...subnet, netmask: netmask.read([first], problems) }
  else {
    const prefixLength = prefix.read([first], problems)
    subnet = { netmask: netmaskOf(prefixLength), prefixLength }
  }
  for (const one of rest) reportIgnoredDuplicate(first, one, problems)
  return subnet
}

export function readClientIds(find: Find, problems: Problems): ClientIdConfiguration {
  const given = find('diagnosis')
  const isReadHere = (mask: Found) => given.some((one) => one.file === mask.file)
  const masks = find('diagnosis_mask')
  for (const mask of masks.filter((one) => !isReadHere(one))) {
    problems.report('no-effect', atName(mask), 'has no effect in a file without "diagnosis"')
  }
  const diagnosisAddress = networkFields.diagnosis.read(given, problems)
  const diagnosisMask = networkFields.diagnosis_mask.read(masks.filter(isReadHere), problems)
  const first = (diagnosisAddress << 8) & 0xffff
  const place = masks.find(isReadHere)
  if (place !== undefined && (first & diagnosisMask) !== first) {
    const start = `0x${(first & diagnosisMask).toString(16).padStart(4, '0')}`
    problems.report('adjusted-value', atName(place), `masks bits of "diagnosis"; client ids start at ${start}`)
  }
  return { diagnosisAddress, diagnosisMask }
}
