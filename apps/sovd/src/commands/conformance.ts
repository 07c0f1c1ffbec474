import { Client, NoAnswer } from '../conformance/client.ts'
import type { Impact } from '../conformance/impact.ts'
import { junitOf } from '../conformance/junit.ts'
import { linesOf, summaryOf } from '../conformance/report.ts'
import { type Result, runChecks } from '../conformance/suite.ts'
import { type Credentials, fetchToken, findBase, lookAround, trimmed } from '../conformance/target.ts'
import { writeFile } from './write-file.ts'

export interface ConformanceOptions {
  readonly write?: boolean
  readonly disrupt?: boolean
  readonly junit?: string
  /** Part of the names of the operations to check. */
  readonly only?: string
  readonly header: Readonly<Record<string, string>>
  /** Which the server gives a token for. */
  readonly client?: Credentials
  /** Seconds. */
  readonly timeout: number
}

const CLIENT_ID = 'sovd-conformance'

/**
 * Checks a SOVD server from outside, operation by operation. Exit code 1 if something is wrong, 2 if it cannot be
 * asked at all.
 * @throws AppError `write-failed` for a report that cannot be written
 */
export async function conformance(url: string, options: ConformanceOptions): Promise<void> {
  const stop = new AbortController()
  const headers = { 'x-sovd-client-id': CLIENT_ID, ...options.header }
  const client = new Client({ base: trimmed(url), headers, timeoutMs: options.timeout * 1000, signal: stop.signal })
  const { client: credentials } = options
  const results: Result[] = []
  try {
    const base = await findBase(client)
    const anonymous = client.at(base)
    const token = credentials && (await fetchToken(anonymous, credentials))
    if (credentials && token === undefined) throw new NoAnswer(`${base} gives no token for these credentials`)
    const target = await lookAround(client.at(base, token), credentials && { credentials, anonymous })
    print(`${base}: ${target.entities.length} entities`)
    for await (const result of runChecks(target, permittedBy(options), (operation) =>
      operation.includes(options.only ?? ''),
    )) {
      results.push(result)
      print(linesOf(result).join('\n'))
    }
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    process.stderr.write(`sovd: ${error.message}\n`)
    process.exitCode = 2
    return
  }
  print(summaryOf(results))
  if (options.junit !== undefined) writeFile(options.junit, junitOf(url, results))
  if (results.some(({ verdict }) => verdict.outcome === 'failed')) process.exitCode = 1
}

function permittedBy({ write: mayWrite, disrupt }: ConformanceOptions): ReadonlySet<Impact> {
  return new Set<Impact>([
    'reads',
    ...(mayWrite || disrupt ? (['writes'] as const) : []),
    ...(disrupt ? (['disrupts'] as const) : []),
  ])
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
