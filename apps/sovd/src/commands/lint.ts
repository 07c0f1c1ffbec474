import { AppError } from '@opensovd/base'
import { type Finding, lint } from '@opensovd/sovd'
import { readDescription } from '../lint/read-document.ts'

export interface LintOptions {
  readonly json?: boolean
}

/** Lists what a capability description has against the standard. Exit code 1 if there is something, 2 if unreadable. */
export async function lintDescription(place: string, { json }: LintOptions): Promise<void> {
  const findings = await findingsIn(place)
  if (!findings) return
  process.stdout.write(json ? `${JSON.stringify({ findings }, undefined, 2)}\n` : textOf(place, findings))
  if (findings.length > 0) process.exitCode = 1
}

async function findingsIn(place: string): Promise<readonly Finding[] | undefined> {
  try {
    return lint(await readDescription(place))
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unreadable') throw error
    process.stderr.write(`sovd: ${error.message}\n`)
    process.exitCode = 2
    return undefined
  }
}

function textOf(place: string, findings: readonly Finding[]): string {
  const lines = findings.map(({ rule, clause, place: at, message }) => `${at || '/'}: ${message} (${rule}, ${clause})`)
  const { length } = findings
  const verdict = length === 0 ? `ok: ${place}` : `${length} finding${length === 1 ? '' : 's'} in ${place}`
  return `${[...lines, verdict].join('\n')}\n`
}
