import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Logger, silentLogger } from '@opensovd/base'
import { toHex } from '@opensovd/base/bytes'
import fc from 'fast-check'
import { shippedDescription, simulate } from '../testing/simulated-ecu.ts'

const SIDS = [
  0x10, 0x11, 0x14, 0x19, 0x22, 0x23, 0x27, 0x28, 0x2e, 0x2f, 0x31, 0x34, 0x35, 0x36, 0x37, 0x3d, 0x3e, 0x85,
]
const DIDS = [0xf1, 0x90, 0x01, 0x20, 0x00, 0x44, 0x08, 0xff, 0x02, 0x03]
const byte = fc.oneof(fc.constantFrom(...DIDS), fc.integer({ min: 0, max: 255 }))
const request = fc
  .tuple(fc.constantFrom(...SIDS), fc.array(byte, { maxLength: 14 }))
  .map(([sid, rest]) => Uint8Array.of(sid, ...rest))
/** Session and unlocked level to begin with. */
const start = fc.constantFrom([1, 0] as const, [3, 0x01] as const, [2, 0x11] as const)

test('no sequence of requests makes a handler fail, and each gets the answer of its service or none', async () => {
  await fc.assert(
    fc.asyncProperty(start, fc.array(request, { minLength: 5, maxLength: 40 }), async ([session, level], requests) => {
      const failures: unknown[] = []
      const log: Logger = { ...silentLogger, child: () => log, error: (...all) => void failures.push(all) }
      const { ask, ecu, clock } = simulate(shippedDescription(), 'engine', log)
      ecu.server.state.enterSession(session)
      if (level > 0) ecu.server.state.unlock(level)
      for (const message of requests) {
        const [sid = 0] = message
        for (const answer of (await ask(toHex(message))).split(' ')) {
          const isOwn =
            answer.startsWith((sid + 0x40).toString(16)) || answer.startsWith(`7f${toHex(message.subarray(0, 1))}`)
          assert.ok(isOwn || answer === '' || answer === 'nack', `${toHex(message)} was answered with ${answer}`)
          if (answer !== 'nack') continue
          await clock.advance(1500)
          break
        }
      }
      ecu[Symbol.dispose]()
      assert.deepEqual(failures, [])
    }),
    { numRuns: 60 },
  )
})
