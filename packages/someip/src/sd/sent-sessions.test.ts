import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { RebootDetector } from './reboot-detector.ts'
import { SentSessions } from './sent-sessions.ts'

test('counts multicast and each peer from 1 on, with the reboot flag', () => {
  const sessions = new SentSessions(10)
  assert.deepEqual(sessions.nextMulticast(), { sessionId: 1, reboot: true })
  assert.deepEqual(sessions.nextMulticast(), { sessionId: 2, reboot: true })
  assert.deepEqual(sessions.nextUnicast('10.0.0.1'), { sessionId: 1, reboot: true })
  assert.deepEqual(sessions.nextUnicast('10.0.0.2'), { sessionId: 1, reboot: true })
  assert.deepEqual(sessions.nextUnicast('10.0.0.1'), { sessionId: 2, reboot: true })
})

test('wraps from 0xFFFF to 1 and clears the reboot flag of that counter for good', () => {
  const sessions = new SentSessions(10)
  for (let count = 1; count < 0xffff; count++) sessions.nextMulticast()
  assert.deepEqual(sessions.nextMulticast(), { sessionId: 0xffff, reboot: true })
  assert.deepEqual(sessions.nextMulticast(), { sessionId: 1, reboot: false })
  assert.deepEqual(sessions.nextUnicast('10.0.0.1'), { sessionId: 1, reboot: true })
  for (let count = 2; count <= 0xffff; count++) sessions.nextMulticast()
  assert.deepEqual(sessions.nextMulticast(), { sessionId: 1, reboot: false })
})

test('counts anew after a restart', () => {
  const sessions = new SentSessions(1)
  for (const address of ['10.0.0.1', '10.0.0.1', '10.0.0.2']) sessions.nextUnicast(address)
  sessions.nextMulticast()
  sessions.restart()
  assert.deepEqual(sessions.nextUnicast('10.0.0.3'), { sessionId: 1, reboot: true })
  assert.deepEqual(sessions.nextMulticast(), { sessionId: 1, reboot: true })
})

test('never lets a peer that was forgotten see a reboot', () => {
  const peers = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5']
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...peers), { maxLength: 100 }), (receivers) => {
      const sessions = new SentSessions(2)
      const detectors = new Map(peers.map((peer) => [peer, new RebootDetector(1)]))
      for (const receiver of receivers) {
        const stamp = sessions.nextUnicast(receiver)
        assert.equal(detectors.get(receiver)?.observe('10.0.0.9', false, stamp, 0).rebooted, false)
      }
    }),
  )
})
