/** A logical address as the standards print it: `0x0e00`. */
export function formatAddress(address: number): string {
  return `0x${address.toString(16).padStart(4, '0')}`
}
