import assert from 'node:assert/strict'
import { ByteReader, DecodeError } from '@opensovd/base/bytes'
import { receiveDatagram } from '../../sd/receiver.ts'
import { Subnet } from '../../sd/subnet.ts'
import type { SdEntry } from '../../sd/wire/entry.ts'
import { decodeSdPayload, SdMessageBuilder, type SdPayload } from '../../sd/wire/message.ts'
import { encodeOption, readOption, type SdOption } from '../../sd/wire/option.ts'
import { HEADER_LENGTH } from '../../wire/header.ts'
import type { Random } from './random.ts'
import { concat, discovery, option } from './samples.ts'
import type { FuzzTarget } from './target.ts'

const SD_PORT = 30_490
const SUBNET = new Subnet({ unicast: '10.0.0.9', netmask: '255.255.255.0', prefixLength: 64 })

function checkOptions(bytes: Uint8Array): void {
  const from = new ByteReader(bytes, 'options')
  try {
    while (from.remaining > 0) checkOption(readOption(from))
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
  }
}

/** What was read is written in the form that is read as the same. */
function checkOption(read: SdOption): void {
  if (read.kind === 'malformed') return
  assert.deepEqual(readOption(new ByteReader(encodeOption(read), 'option')), read)
}

/** Takes what all receivers of service discovery see of a payload. */
function checkPayload({ entries }: SdPayload): void {
  const sound = entries.filter(isSound)
  const builder = new SdMessageBuilder()
  if (sound.length === 0 || !builder.tryAdd(sound)) return
  const again = decodeSdPayload(builder.encode(1, { reboot: false, unicast: true }).subarray(HEADER_LENGTH))
  assert.deepEqual(again.entries, sound)
}

function isSound({ problem, options }: SdEntry): boolean {
  return problem === undefined && options.every(({ kind }) => kind !== 'malformed')
}

function checkSdPayload(bytes: Uint8Array): void {
  try {
    checkPayload(decodeSdPayload(bytes))
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
  }
}

function checkSdDatagram(bytes: Uint8Array, random: Random): void {
  const source = { address: random.pick(['10.0.0.1', '10.0.0.9', '10.1.0.1']), port: SD_PORT, isMulticast: true }
  receiveDatagram(bytes, source, {
    port: SD_PORT,
    subnet: SUBNET,
    onMessage: ({ payload }) => checkPayload(payload),
    onDrop: () => {},
  })
}

export const DISCOVERY_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'sd-options',
    weight: 90,
    generate: (random) =>
      random.mutate(concat(Array.from({ length: 1 + random.below(3) }, () => encodeOption(option(random))))),
    check: checkOptions,
  },
  {
    name: 'sd-payload',
    weight: 60,
    generate: (random) => random.mutate(discovery(random).subarray(HEADER_LENGTH)),
    check: checkSdPayload,
  },
  { name: 'sd-datagram', weight: 60, generate: (random) => random.mutate(discovery(random)), check: checkSdDatagram },
]
