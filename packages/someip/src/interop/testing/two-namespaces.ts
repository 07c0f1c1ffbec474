import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const LIMIT_MS = 60_000

/** The addresses of the two ends of a cable: of this host, and of the other one. */
export const ENDS = { here: '10.99.0.1', there: '10.99.0.2' } as const

/** Makes two hosts and a cable between them, and runs its arguments on the first; `$THERE` runs a command on the other. */
const SET_UP = [
  'set -e',
  'unshare -n sleep 60 & peer=$!',
  "trap 'kill $peer' EXIT",
  'until [ "$(readlink /proc/$peer/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.01; done',
  'export THERE="nsenter -t $peer -n"',
  'ip link add d0 type veth peer name d1',
  'ip link set d1 netns $peer',
  'set_up() { $1 ip link set lo up; $1 ip addr add $3/24 dev $2; $1 ip link set $2 up; $1 ip route add 224.0.0.0/4 dev $2; }',
  `set_up "" d0 ${ENDS.here}`,
  `set_up "$THERE" d1 ${ENDS.there}`,
  '"$0" "$@"',
].join('\n')

/** What is missing to make two network namespaces; '' if they can be made. */
export async function twoNamespacesObstacle(): Promise<string> {
  try {
    await run('unshare', ['-rn', 'sh', '-c', SET_UP, 'true'], { timeout: LIMIT_MS })
    return ''
  } catch {
    return 'two network namespaces with a cable (needs unshare, nsenter and ip)'
  }
}

/** Runs a module on a host that has a cable to another one, where `$THERE` runs commands; returns what it prints. */
export async function runBesideAnother(module: URL, ...args: readonly string[]): Promise<string> {
  const command = ['-rn', 'sh', '-c', SET_UP, process.execPath, module.pathname, ...args]
  const { stdout } = await run('unshare', command, { timeout: LIMIT_MS })
  return stdout
}
