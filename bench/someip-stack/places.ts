/** Where the two ends of a measurement run: two addresses of this host, or two network namespaces with a cable between. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'

/** One end: its address, and how a program is started there. */
export interface End {
  readonly address: string
  start(command: readonly string[], environment?: NodeJS.ProcessEnv): ChildProcess
}

export interface Place extends Disposable {
  readonly name: string
  readonly netmask: string
  readonly service: End
  readonly client: End
}

const run = promisify(execFile)

export function loopback(): Place {
  const end = (address: string): End => ({ address, start: (command, environment) => start(command, environment) })
  const ends = { service: end('127.0.0.1'), client: end('127.0.0.2') }
  return { name: 'loopback', netmask: '255.0.0.0', ...ends, [Symbol.dispose]: () => {} }
}

/** Rejects where unshare, nsenter and ip are missing or not permitted. */
export async function namespaces(): Promise<Place> {
  const first = await hold('unshare', '-rn')
  try {
    const within = ['nsenter', '-t', `${first.pid}`, '-U', '-n', '--preserve-credentials']
    const second = await hold(...within, 'unshare', '-n')
    const ends = [within, ['nsenter', '-t', `${second.pid}`, '-U', '-n', '--preserve-credentials']]
    await run(...split([...within, 'ip', 'link', 'add', 'b0', 'type', 'veth', 'peer', 'name', 'b1']))
    await run(...split([...within, 'ip', 'link', 'set', 'b1', 'netns', `${second.pid}`]))
    const [service, client] = await Promise.all(ends.map((prefix, index) => openEnd(prefix, index)))
    if (service === undefined || client === undefined) throw new Error('a network namespace is missing')
    const close = () => {
      first.holder.kill()
      second.holder.kill()
    }
    return { name: 'namespaces', netmask: '255.255.255.0', service, client, [Symbol.dispose]: close }
  } catch (error) {
    first.holder.kill()
    throw error
  }
}

async function openEnd(prefix: readonly string[], index: number): Promise<End> {
  const address = `10.98.0.${index + 1}`
  const device = `b${index}`
  const commands = [
    ['ip', 'link', 'set', 'lo', 'up'],
    ['ip', 'addr', 'add', `${address}/24`, 'dev', device],
    ['ip', 'link', 'set', device, 'up'],
    ['ip', 'route', 'add', '224.0.0.0/4', 'dev', device],
  ]
  for (const command of commands) await run(...split([...prefix, ...command]))
  return { address, start: (command, environment) => start([...prefix, ...command], environment) }
}

/** A process that keeps a namespace alive, and the id that it has. */
async function hold(...command: string[]): Promise<{ readonly holder: ChildProcess; readonly pid: number }> {
  const holder = start([...command, 'sh', '-c', 'echo $$; exec cat'])
  const failed = once(holder, 'exit').then(() => {
    throw new Error(`${command.join(' ')}: no network namespace`)
  })
  const told = holder.stdout === null ? Promise.reject(new Error('no output')) : once(holder.stdout, 'data')
  const [text] = await Promise.race([told, failed])
  failed.catch(() => {})
  return { holder, pid: Number(text) }
}

function start(command: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const [file, args] = split(command)
  return spawn(file, args, { env: { ...process.env, ...environment }, stdio: 'pipe' })
}

function split([file = '', ...args]: readonly string[]): [file: string, args: string[]] {
  return [file, args]
}
