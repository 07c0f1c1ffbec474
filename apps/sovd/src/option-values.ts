import { InvalidArgumentError } from 'commander'
import type { Credentials } from './conformance/target.ts'

/** What the options of the commands take. Each says to the user what was expected instead. */

export const parsePort = decimals('a number from 0 to 65535', 0, 65_535)
export const parseCount = decimals('a number from 1', 1, 9_999_999)
export const parseLogicalAddress = integers('an address such as 0x0e80', 0xffff)
export const parseMemoryAddress = integers('an address of up to 32 bits, such as 0x80000', 0xffff_ffff)
export const parseByte = integers('a number from 0 to 0xff', 0xff)

const HEADER = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\0\r\n]*)$/

/** Adds to those that were given before. */
export function collect(value: string, others: readonly string[]): readonly string[] {
  return [...others, value]
}

/** Adds a header to those that were given before [RFC 9110 5.1]. */
export function collectHeader(
  text: string,
  others: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const [, name, value] = HEADER.exec(text) ?? []
  if (name === undefined || value === undefined) throw new InvalidArgumentError('expected name: value')
  return { ...others, [name.toLowerCase()]: value.trim() }
}

export function parseCredentials(text: string): Credentials {
  const [, id, secret] = /^([^:]+):(.+)$/.exec(text) ?? []
  if (id === undefined || secret === undefined) throw new InvalidArgumentError('expected id:secret')
  return { id, secret }
}

export function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || seconds <= 0 || seconds > 86_400) {
    throw new InvalidArgumentError('expected a number of seconds above 0')
  }
  return seconds
}

/** 0 is without end. */
export function parseRounds(text: string): number {
  return text === '0' ? Number.POSITIVE_INFINITY : parseCount(text)
}

export function parseSeed(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError('expected an integer')
  return Number(text)
}

function decimals(expected: string, minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value
    throw new InvalidArgumentError(`expected ${expected}`)
  }
}

/** Decimal, or hexadecimal after `0x`. */
function integers(expected: string, maximum: number): (text: string) => number {
  return (text) => {
    if (/^(0x[0-9a-f]+|\d+)$/i.test(text) && Number(text) <= maximum) return Number(text)
    throw new InvalidArgumentError(`expected ${expected}`)
  }
}
