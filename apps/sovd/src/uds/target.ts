import type { EcuDescription } from '@opensovd/ecu'
import { readDescriptionFile } from '../ecus/description-file.ts'
import { UsageError } from './tool.ts'

/** How a tool reaches the DoIP entity that an ECU is behind. */
export interface DoipAccess {
  readonly host: string
  readonly port: number
  /** Logical address of the tool. */
  readonly tester: number
  readonly activationType: number
}

/** The ECU that somebody named. */
export interface EcuTarget {
  readonly address: number
  /** What is known of it, from a description. */
  readonly described?: EcuDescription
}

/**
 * Finds an ECU by its id in a description, or by its logical address.
 * @throws UsageError for a name that nobody knows; ConfigError when the description cannot be used
 */
export function findEcu(name: string, descriptionFile: string | undefined): EcuTarget {
  const ecus = descriptionFile === undefined ? [] : readDescriptionFile(descriptionFile).ecus
  const named = ecus.find(({ id }) => id === name)
  if (named) return { address: named.address, described: named }
  const address = parseAddress(name)
  if (address === undefined) throw new UsageError(`unknown ECU "${name}"; ${expectation(ecus, descriptionFile)}`)
  const described = ecus.find((ecu) => ecu.address === address)
  return { address, ...(described && { described }) }
}

/** A logical address as `0x1001` or in decimal digits; undefined for anything else. */
export function parseAddress(text: string): number | undefined {
  if (!/^(0x[0-9a-f]{1,4}|\d{1,5})$/i.test(text)) return undefined
  const address = Number(text)
  return address <= 0xffff ? address : undefined
}

export function formatAddress(address: number): string {
  return `0x${address.toString(16).padStart(4, '0')}`
}

function expectation(ecus: readonly EcuDescription[], file: string | undefined): string {
  if (file === undefined) return 'expected a logical address such as 0x1001, or --description for names'
  return `${file} has ${ecus.map(({ id }) => id).join(', ')}`
}
