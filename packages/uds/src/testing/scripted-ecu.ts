import { silentLogger } from '@opensovd/base'
import { FakeClock } from '@opensovd/base/testing'
import { UdsTester } from '../client/uds-tester.ts'
import { ScriptedChannel } from './scripted-channel.ts'

/** A client whose ECU 0x1234 answers by a function from request to answer, both as hex; undefined for silence. */
export function scriptedEcu(answer: (request: string) => string | undefined) {
  const clock = new FakeClock()
  const channel = new ScriptedChannel()
  channel.onSend = (target, message) => {
    const reply = answer(message)
    if (reply !== undefined) channel.say(target, reply)
  }
  const tester = new UdsTester(
    channel,
    { clock, log: silentLogger },
    { timing: { p2Ms: 50, p2StarMs: 5000, marginMs: 0, pendingLimitMs: 60_000 } },
  )
  return { clock, channel, tester, ecu: tester.ecu(0x1234) }
}
