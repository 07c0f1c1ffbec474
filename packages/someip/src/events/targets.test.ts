import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventReliability } from './event-definition.ts'
import { forEachTarget, type Targets } from './targets.ts'

interface End {
  readonly address: string
  readonly port: number
}

const tcp: End = { address: '10.0.0.2', port: 1 }
const udp: End = { address: '10.0.0.2', port: 2 }
const group: End = { address: '224.0.0.5', port: 3 }
const both: Targets<End> = { reliable: [tcp], unreliable: [udp], multicast: undefined }

function targetsOf(reliability: EventReliability, ...groups: Targets<End>[]): string[] {
  const found: string[] = []
  forEachTarget(reliability, groups, (transport, { port }) => found.push(`${transport} ${port}`))
  return found
}

test('sends an event over the transports it has', () => {
  assert.deepEqual(targetsOf('reliable', both), ['reliable 1'])
  assert.deepEqual(targetsOf('unreliable', both), ['unreliable 2'])
  assert.deepEqual(targetsOf('both', both), ['reliable 1', 'unreliable 2'])
})

test('sends an event once to a subscriber of several of its groups', () => {
  assert.deepEqual(targetsOf('unreliable', both, both), ['unreliable 2'])
})

test('sends to the multicast group where there is one', () => {
  const multicast = { reliable: [tcp], unreliable: [], multicast: group }
  assert.deepEqual(targetsOf('unreliable', multicast), ['unreliable 3'])
  assert.deepEqual(targetsOf('reliable', multicast), ['reliable 1'])
})
