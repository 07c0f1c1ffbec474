import { type AddressOption, TRANSPORT_PROTOCOL } from './wire/option.ts'

/** Where a host serves or receives: up to one option for each transport [feat_req_someipsd_780]. */
export function endpointOptions(
  address: string,
  reliablePort: number | undefined,
  unreliablePort: number | undefined,
): readonly AddressOption[] {
  const options: AddressOption[] = []
  const { TCP, UDP } = TRANSPORT_PROTOCOL
  if (reliablePort !== undefined) options.push({ kind: 'endpoint', address, protocol: TCP, port: reliablePort })
  if (unreliablePort !== undefined) options.push({ kind: 'endpoint', address, protocol: UDP, port: unreliablePort })
  return options
}
