import { type Clock, silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { DoipLinks } from '@opensovd/uds'
import { nodeNetwork } from '@opensovd/uds/node'
import { type Answered, Conversation } from '../uds/conversation.ts'
import { jsonOf, linesOf } from '../uds/report.ts'
import { parseRequests } from '../uds/requests.ts'
import { type DoipAccess, findEcu } from '../uds/target.ts'
import { EXIT, print, runTool } from '../uds/tool.ts'

export interface UdsCommandOptions extends DoipAccess {
  readonly description?: string
  readonly session: readonly string[]
  readonly security?: string
  /** How often all requests are sent; Infinity until Ctrl-C. */
  readonly repeat: number
  /** Seconds between two rounds. */
  readonly every: number
  /** P2 of the ECU in ms, where it is not in its default session's 50. */
  readonly p2?: number
  readonly keepGoing?: boolean
  readonly json?: boolean
}

/**
 * Sends requests to an ECU and prints what it answers. Exit code 0 when all were answered positively, 1 when the ECU
 * refused one, 2 for wrong arguments, 3 when nobody answers, 130 after Ctrl-C.
 */
export async function uds(name: string, texts: readonly string[], options: UdsCommandOptions): Promise<void> {
  await runTool((signal) => converse(name, texts, options, signal))
}

async function converse(
  name: string,
  texts: readonly string[],
  options: UdsCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const requests = parseRequests(texts)
  const { address, described } = findEcu(name, options.description)
  const clock: Clock = systemClock
  const { host, port, tester, activationType, p2 } = options
  const settings = p2 === undefined ? {} : { timing: { p2Ms: p2 } }
  await using links = new DoipLinks({ network: nodeNetwork(clock), clock, log: silentLogger }, settings)
  const link = links.link({ host, port, testerAddress: tester, activationType })
  const conversation = new Conversation(link, address, clock)
  const { session: sessions, security } = options
  await conversation.prepare({ sessions, ...(security !== undefined && { security }) }, described, signal)
  const show = (answered: Answered) =>
    print(options.json ? jsonOf(answered, described) : linesOf(answered, described).join('\n'))

  let exitCode: number = EXIT.OK
  for (let round = 0; round < options.repeat; round++) {
    if (round > 0) await clock.sleep(options.every * 1000, signal)
    for (const request of requests) {
      const answered = await conversation.ask(request, signal)
      show(answered)
      if (!answered.refusal) continue
      exitCode = EXIT.FAILED
      if (!options.keepGoing) return exitCode
    }
  }
  return exitCode
}
