import { networkInterfaces } from 'node:os'
import { canonicalAddress } from './endpoint-address.ts'
import { EndpointError } from './errors.ts'
import type { InterfaceAddress } from './network.ts'

/** The addresses of the interfaces that are up. */
export function systemInterfaces(): InterfaceAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.map(({ address, cidr, scopeid }) => ({
      name,
      address: canonicalAddress(scopeid ? `${address}%${name}` : address),
      prefixLength: Number(cidr?.split('/')[1] ?? 0),
    })),
  )
}

/** The name of the interface that has a local address. @throws EndpointError when none has */
export function interfaceNameOf(address: string): string {
  const found = systemInterfaces().find((one) => one.address === address)
  if (found !== undefined) return found.name
  const problem = `${address} is not the address of an interface that is up`
  throw new EndpointError('ENDPOINT_ADDRESS_NOT_AVAILABLE', problem)
}
