import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What keeps scripts from the rest of the machine, beside what Node itself forbids them. */
export const ISOLATIONS = ['namespaces', 'process'] as const

/** `namespaces`: no network, no other processes, a folder in memory. `process`: none of these. */
export type Isolation = (typeof ISOLATIONS)[number]

export interface SandboxOptions {
  readonly isolation: Isolation
  /** Bytes of the JavaScript heap. */
  readonly memoryBytes: number
  /** Of the processor, all threads together. */
  readonly cpuSeconds: number
  /** An empty folder that the script's own is mounted on; no script sees what another wrote. */
  readonly workPath: string
}

export interface Command {
  readonly file: string
  readonly args: readonly string[]
}

const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']
const CHILD = fileURLToPath(new URL('./child/main.ts', import.meta.url))
/** Node asks it for the kind of module that the child is. */
const MANIFEST = fileURLToPath(new URL('../../package.json', import.meta.url))

const WORK_MEGABYTES = 16
const WORK_FILES = 256
/** Address space for data that Node takes before a script has any. */
const NODE_DATA_BYTES = 1_000_000_000
const MEGABYTE = 1_000_000

/** Mounts the work folder, then becomes what is named after it. */
const MOUNT = `"$0" -t tmpfs -o size=${WORK_MEGABYTES}m,nr_inodes=${WORK_FILES},mode=700,nosuid,nodev,noexec tmpfs "$1" && shift && exec "$@"`

/** The tools of the system that an isolation needs. */
const TOOLS = { namespaces: ['unshare', 'sh', 'mount', 'setpriv', 'prlimit'], process: ['setpriv', 'prlimit'] } as const

/** Those of the tools that are not there. */
export function missingTools(isolation: Isolation): readonly string[] {
  return TOOLS[isolation].filter((tool) => pathOf(tool) === undefined)
}

/** The command that runs the child program for a script. */
export function scriptCommand(options: SandboxOptions, scriptPath: string): Command {
  const { isolation, workPath } = options
  const work = isolation === 'namespaces' ? [`--allow-fs-read=${workPath}`, `--allow-fs-write=${workPath}`] : []
  const readable = [CHILD, MANIFEST, scriptPath].map((path) => `--allow-fs-read=${path}`)
  return confined(options, [...readable, ...work, CHILD])
}

/** The command that says whether a script can be read as a module. */
export function checkCommand(options: SandboxOptions, scriptPath: string): Command {
  return confined(options, [`--allow-fs-read=${scriptPath}`, '--check', scriptPath])
}

/** The command that says whether the others can be run here. */
export function probeCommand(options: SandboxOptions): Command {
  return confined(options, ['--version'])
}

/** Node with its permission model and a bounded heap, inside the limits of the system and of its namespaces. */
function confined(options: SandboxOptions, nodeArgs: readonly string[]): Command {
  const { isolation, memoryBytes } = options
  const heap = `--max-old-space-size=${Math.ceil(memoryBytes / MEGABYTE)}`
  const node = [process.execPath, '--permission', '--disable-warning=ExperimentalWarning', heap, ...nodeArgs]
  const limited = [required('prlimit'), ...limitsOf(options), '--', ...node]
  const isolated = isolation === 'namespaces' ? inNamespaces(options.workPath, limited) : limited
  // It ends with us, however we end.
  return commandOf([required('setpriv'), '--pdeathsig=KILL', '--no-new-privs', '--', ...isolated])
}

function limitsOf({ isolation, memoryBytes, cpuSeconds }: SandboxOptions): readonly string[] {
  return [
    `--cpu=${cpuSeconds}`,
    '--core=0',
    '--nofile=64',
    `--fsize=${isolation === 'namespaces' ? WORK_MEGABYTES * MEGABYTE : 0}`,
    `--data=${memoryBytes + NODE_DATA_BYTES}`,
    // Elsewhere the limit is one of all processes of the user.
    ...(isolation === 'namespaces' ? ['--nproc=64'] : []),
  ]
}

function inNamespaces(workPath: string, command: readonly string[]): readonly string[] {
  const own = ['--user', '--map-root-user', '--mount', '--net', '--pid', '--ipc', '--uts', '--fork', '--kill-child']
  const powerless = [required('setpriv'), '--bounding-set=-all', '--inh-caps=-all', '--']
  const mounted = [required('sh'), '-c', MOUNT, required('mount'), workPath]
  return [required('unshare'), ...own, '--', ...mounted, ...powerless, ...command]
}

function commandOf([file = '', ...args]: readonly string[]): Command {
  return { file, args }
}

function required(tool: string): string {
  return pathOf(tool) ?? tool
}

function pathOf(tool: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, tool)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
