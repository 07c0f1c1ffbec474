import { readFileSync } from 'node:fs'
import { type Clock, messageOf } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { doipFlasher } from '../flash/doip-flasher.ts'
import type { Flasher, FlashState } from '../flash/flash-job.ts'
import { follow } from '../flash/follow.ts'
import { gatewayFlasher } from '../flash/gateway-flasher.ts'
import { progressOn } from '../flash/progress.ts'
import { type DoipAccess, findEcu } from '../uds/target.ts'
import { complain, EXIT, print, runTool, UnreachableError, UsageError } from '../uds/tool.ts'

export interface FlashCommandOptions extends DoipAccess {
  /** Where in the memory of the ECU. */
  readonly address: number
  readonly description?: string
  readonly fingerprint?: string
  /** Of a gateway that programs; it has the description then. */
  readonly url?: string
  readonly component?: string
  readonly header: Readonly<Record<string, string>>
}

/**
 * Programs an ECU with a file. Exit code 0 only when all steps succeeded and the ECU has verified what it got; 1 when
 * a step failed, 2 for wrong arguments, 3 when nobody answers, 4 when nothing verifies it, 130 after Ctrl-C.
 */
export async function flash(name: string, file: string, options: FlashCommandOptions): Promise<void> {
  await runTool(async (signal) => {
    const image = readImage(file)
    await using flasher = flasherFor(name, options, systemClock)
    return await program(flasher, image, options.address, signal)
  })
}

async function program(flasher: Flasher, image: Uint8Array, address: number, signal: AbortSignal): Promise<number> {
  const job = await flasher.start(image, address, signal)
  print(`programming ${image.length} bytes at 0x${address.toString(16).padStart(8, '0')}`)
  const progress = progressOn(process.stdout)
  try {
    const state = await follow(job, systemClock, (percent) => progress.show(percent), signal)
    if (state.status === 'completed') progress.show(100)
    progress.end()
    return tell(state)
  } catch (error) {
    progress.end()
    if (!(error instanceof UnreachableError)) throw error
    complain(error.message)
    complain(`how it went on is not known; look at ${job.place ?? 'the ECU'} before you program it again`)
    return EXIT.UNREACHABLE
  }
}

/** Says how it ended; returns the exit code. */
function tell(state: FlashState): number {
  switch (state.status) {
    case 'completed':
      return tellCompleted(state)
    case 'failed': {
      complain(`programming failed${state.step === undefined ? '' : ` in the step "${state.step}"`}: ${state.error}`)
      if (state.next !== undefined) complain(state.next)
      return EXIT.FAILED
    }
    case 'stopped':
      complain(
        `it was stopped. ${state.next ?? 'The ECU may have no complete software and must then be programmed again.'}`,
      )
      return EXIT.INTERRUPTED
    case 'running':
      throw new TypeError('a programming that runs is not over')
  }
}

function tellCompleted({ verification }: FlashState & { status: 'completed' }): number {
  if (verification === 'unverified') {
    complain('all steps succeeded, but the description has no routine that verifies what the ECU got')
    return EXIT.UNVERIFIED
  }
  print(verification === 'verified' ? 'done: the ECU has verified it' : 'done: the gateway has completed all steps')
  return EXIT.OK
}

/** @throws UsageError, ConfigError */
function flasherFor(name: string, options: FlashCommandOptions, clock: Clock): Flasher {
  const { url, component = name, header, description, fingerprint } = options
  if (url !== undefined) {
    if (description !== undefined || fingerprint !== undefined) {
      throw new UsageError('with --url, the gateway has the description and writes the fingerprint')
    }
    return gatewayFlasher({ url, component, headers: header })
  }
  if (description === undefined) throw new UsageError('programming takes a --description, or the --url of a gateway')
  const { described } = findEcu(name, description)
  if (!described?.flash) throw new UsageError(`${description} does not say how "${name}" is programmed`)
  const { host, port, tester, activationType } = options
  const access = { host, port, tester, activationType }
  return doipFlasher({ ...access, ecu: described, clock, ...(fingerprint !== undefined && { fingerprint }) })
}

function readImage(file: string): Uint8Array {
  try {
    const image = readFileSync(file)
    if (image.length > 0) return image
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${messageOf(error)}`, { cause: error })
  }
  throw new UsageError(`${file} is empty`)
}
