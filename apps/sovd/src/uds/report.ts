import { toHex } from '@opensovd/base/bytes'
import type { EcuDescription } from '@opensovd/ecu'
import { describeNrc, nrcName } from '@opensovd/uds'
import type { Answered } from './conversation.ts'
import { type ShownValue, valuesIn } from './values.ts'

const NEGATIVE_RESPONSE = 0x7f
const PENDING = 0x78

/** The lines for people. */
export function linesOf(answered: Answered, described: EcuDescription | undefined): readonly string[] {
  const { request, received, durationMs } = answered
  const silence = received.length === 0 ? ['< none, as the request asked for none'] : []
  return [
    `> ${spaced(request)}`,
    ...received.map((message) => `< ${spaced(message)}${meaningOf(message)}`),
    ...silence,
    ...valuesOf(answered, described).map(lineOf),
    `  ${durationMs.toFixed(1)} ms`,
  ]
}

/** The same as one line of JSON; bytes are hex digits. */
export function jsonOf(answered: Answered, described: EcuDescription | undefined): string {
  const { request, received, durationMs, refusal } = answered
  const answer = received.at(-1)
  const values = valuesOf(answered, described)
  const name = refusal && nrcName(refusal.nrc)
  return JSON.stringify({
    request: toHex(request),
    ...(answer && { response: toHex(answer) }),
    pending: received.filter(isPending).length,
    durationMs: Math.round(durationMs * 1000) / 1000,
    ...(refusal && { nrc: refusal.nrc, ...(name !== undefined && { nrcName: name }) }),
    ...(values.length > 0 && { values }),
  })
}

function valuesOf({ request, received, refusal }: Answered, described: EcuDescription | undefined) {
  const answer = received.at(-1)
  return answer && !refusal ? valuesIn(request, answer, described) : []
}

function isPending(message: Uint8Array): boolean {
  return message[0] === NEGATIVE_RESPONSE && message[2] === PENDING
}

function meaningOf([first, , nrc]: Uint8Array): string {
  return first === NEGATIVE_RESPONSE && nrc !== undefined ? `  ${describeNrc(nrc)}` : ''
}

function lineOf({ did, id, unit, value, raw, problem }: ShownValue): string {
  const shown = value === undefined ? raw : JSON.stringify(value)
  const parts = [did, id, '=', shown, unit, problem && `(${problem})`]
  return `  ${parts.filter((part) => part !== undefined).join(' ')}`
}

function spaced(bytes: Uint8Array): string {
  return toHex(bytes).replace(/..(?=.)/g, '$& ')
}
