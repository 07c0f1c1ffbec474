import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The addresses of `d0`, one end of a cable whose other end has no address. */
export const NAMESPACE_ADDRESSES = { ipv4: '10.99.0.1', ipv6: 'fd99::1', linkLocal: 'fe80::99%d0' } as const

const SET_UP = [
  'set -e',
  'ip link set lo up',
  'ip link add d0 type veth peer name d1',
  'ip link set d0 addrgenmode none',
  'ip link set d1 addrgenmode none',
  'ip addr add 10.99.0.1/24 dev d0',
  'ip addr add fd99::1/64 dev d0 nodad',
  'ip addr add fe80::99/64 dev d0 nodad',
  'ip link set d0 up',
  'ip link set d1 up',
  'exec "$0" "$@"',
].join('\n')

/** What is missing to make a network namespace; '' if one can be made. */
export async function namespaceObstacle(): Promise<string> {
  try {
    await run('unshare', ['-rn', 'sh', '-c', SET_UP, 'true'])
    return ''
  } catch {
    return 'a network namespace with an interface (needs unshare and ip)'
  }
}

/** Runs a module in a network namespace of its own and returns what it writes to standard output. */
export async function runInNamespace(module: string, ...args: string[]): Promise<string> {
  const command = ['-rn', 'sh', '-c', SET_UP, process.execPath, module, ...args]
  const { stdout } = await run('unshare', command, { timeout: 20_000 })
  return stdout
}
