import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'

/** The Python that has the peers installed. */
const PYTHON = process.env.PEERS_PYTHON ?? 'python3'
const PEER_MS = 60_000

/**
 * The reason to skip tests that need Python modules, or false when they are all there.
 * @throws Error instead of skipping when REQUIRE_PEERS is 1
 */
export function missingModules(...modules: readonly string[]): string | false {
  const { status, error } = spawnSync(PYTHON, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' })
  if (status === 0) return false
  const reason = `${PYTHON} cannot import ${modules.join(', ')}${error ? ` (${error.message})` : ''}`
  if (process.env.REQUIRE_PEERS === '1') throw new Error(`REQUIRE_PEERS is 1, but ${reason}`)
  return reason
}

/**
 * Runs a script to its end and gives what it printed as JSON.
 * @throws Error with the script's output when it fails
 */
export async function runPython(script: URL, ...args: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(PYTHON, [script.pathname, ...args], { timeout: PEER_MS })
  return JSON.parse(stdout)
}
