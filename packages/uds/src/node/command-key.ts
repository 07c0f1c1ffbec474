import { type ChildProcess, spawn } from 'node:child_process'
import { type Clock, withTimeout } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { systemClock } from '@opensovd/base/node'
import type { KeyProvider, SeedChallenge } from '../client/security-access.ts'

export interface CommandKeyOptions {
  /** A program, run without a shell. */
  readonly command: string
  readonly args?: readonly string[]
  /** The program is killed after this; 5000 when left out. */
  readonly timeoutMs?: number
}

/** No key is longer. */
const MAX_OUTPUT_LENGTH = 8192

/**
 * Lets a program compute keys. It gets one line of JSON on standard input, `{"ecu":4097,"level":1,"seed":"3657"}`,
 * and answers with the key in hex digits on standard output and exit code 0. What it prints is in no error.
 */
export function commandKey(options: CommandKeyOptions, clock: Clock = systemClock): KeyProvider {
  const { command, timeoutMs = 5000 } = options
  return {
    key: (challenge, signal) => {
      const timeout = () => new Error(`${command} did not end within ${timeoutMs} ms`)
      return withTimeout(clock, timeoutMs, timeout, signal, (ends) => run(options, challenge, ends))
    },
  }
}

async function run(options: CommandKeyOptions, challenge: SeedChallenge, signal: AbortSignal): Promise<Uint8Array> {
  signal.throwIfAborted()
  const child = spawn(options.command, options.args ?? [], { stdio: ['pipe', 'pipe', 'ignore'] })
  const kill = () => child.kill('SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  try {
    const { seed, level, ecu } = challenge
    const output = await converse(child, `${JSON.stringify({ ecu, level, seed: toHex(seed) })}\n`)
    return parseKey(options.command, output)
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    signal.removeEventListener('abort', kill)
  }
}

/** Writes the input, and resolves with the output when the program ends well. */
function converse(child: ChildProcess, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.once('error', reject)
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.length > MAX_OUTPUT_LENGTH) child.kill('SIGKILL')
    })
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output)
      else
        reject(new Error(`${child.spawnfile} ended with ${code === null ? `signal ${signal}` : `exit code ${code}`}`))
    })
    // A program that does not read its input may still give a key; one that fails says so by its exit code.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

function parseKey(command: string, output: string): Uint8Array {
  const text = output.trim()
  if (!/^(?:[0-9a-f]{2})+$/i.test(text)) throw new Error(`${command} did not print a key in hex digits`)
  return fromHex(text)
}
