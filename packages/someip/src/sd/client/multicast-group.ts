import { isMulticastAddress, parseIpAddress } from '../../wire/ip-address.ts'
import type { Endpoint } from '../transport.ts'
import { type SdOption, TRANSPORT_PROTOCOL } from '../wire/option.ts'

/** The multicast group that an Ack announces; undefined when there is none, or none that can be used. */
export function readGroup(options: readonly SdOption[]): Endpoint | undefined {
  const groups = options.filter((option) => option.kind === 'multicast')
  const [group] = groups
  // [feat_req_someipsd_789]: at most one.
  if (group?.kind !== 'multicast' || groups.length > 1 || group.protocol !== TRANSPORT_PROTOCOL.UDP) return undefined
  const bytes = parseIpAddress(group.address)
  if (group.port === 0 || bytes === undefined || !isMulticastAddress(bytes)) return undefined
  return { address: group.address, port: group.port }
}
