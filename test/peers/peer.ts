import { spawnSync } from 'node:child_process'

/** The Python that has the peers installed. */
export const python = process.env.PEERS_PYTHON ?? 'python3'

/**
 * Why a test with a Python peer cannot run here, or `false` when it can. Where peers are required, an absent one
 * is an error instead.
 */
export function missingPythonPeer(module: string): string | false {
  const { status } = spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' })
  if (status === 0) return false
  const reason = `${python} has no module '${module}'`
  if (process.env.REQUIRE_PEERS === '1') throw new Error(`a required peer is missing: ${reason}`)
  return reason
}
