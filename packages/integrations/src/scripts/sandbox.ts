import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What keeps scripts from the rest of the machine, beside what Node itself forbids them. */
export const ISOLATIONS = ['namespaces', 'process'] as const

/** `namespaces`: no network, no other processes, no files but programs and libraries. `process`: all of these are there. */
export type Isolation = (typeof ISOLATIONS)[number]

export interface SandboxOptions {
  readonly isolation: Isolation
  /** Bytes of the JavaScript heap. */
  readonly memoryBytes: number
  /** Of the processor, all threads together. */
  readonly cpuSeconds: number
  /** An empty folder to mount on what scripts see of the machine; each sees another one there. */
  readonly rootPath: string
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
/** What of Node opens files without asking its permission model, and what needs no telling. */
const WITHOUT = ['--no-experimental-sqlite', '--disable-warning=ExperimentalWarning']

/** Where the script's own folder is when the rest of the machine is out of its sight. */
export const WORK_FOLDER = '/script-work'

/**
 * Makes a machine of the folder $1 with programs and libraries, the files that follow up to `--`, and the work folder;
 * then becomes what comes after that, with nothing but this to be seen.
 */
const CONFINE = `set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
root=$1
shift
mount -t tmpfs -o size=1m,mode=755,nosuid,nodev tmpfs "$root"
for dir in /usr /lib /lib64 /bin /sbin; do
  if [ -L "$dir" ]; then ln -s "$(readlink "$dir")" "$root$dir"
  elif [ -d "$dir" ]; then mkdir "$root$dir" && mount --rbind "$dir" "$root$dir"
  fi
done
while [ "$1" != -- ]; do
  if [ ! -e "$root$1" ]; then
    mkdir -p "$root\${1%/*}"
    : > "$root$1"
    mount --bind "$1" "$root$1"
  fi
  shift
done
shift
mkdir "$root${WORK_FOLDER}"
mount -t tmpfs -o size=${WORK_MEGABYTES}m,nr_inodes=${WORK_FILES},mode=700,nosuid,nodev,noexec tmpfs "$root${WORK_FOLDER}"
mount -o remount,bind,ro,nosuid,nodev "$root"
exec chroot "$root" "$@"`

/** The tools of the system that an isolation needs. */
const TOOLS = {
  namespaces: ['unshare', 'sh', 'mount', 'chroot', 'setpriv', 'prlimit'],
  process: ['setpriv', 'prlimit'],
} as const

/** Those of the tools that are not there. */
export function missingTools(isolation: Isolation): readonly string[] {
  return TOOLS[isolation].filter((tool) => pathOf(tool) === undefined)
}

/** The command that runs the child program for a script. */
export function scriptCommand(options: SandboxOptions, scriptPath: string): Command {
  const files = [CHILD, MANIFEST, scriptPath]
  const hasFolder = options.isolation === 'namespaces'
  const work = hasFolder ? [`--allow-fs-read=${WORK_FOLDER}`, `--allow-fs-write=${WORK_FOLDER}`] : []
  return confined(options, files, [...work, CHILD])
}

/** The command that says whether a script can be read as a module. */
export function checkCommand(options: SandboxOptions, scriptPath: string): Command {
  return confined(options, [scriptPath], ['--check', scriptPath])
}

/** The command that says whether the others can be run here. */
export function probeCommand(options: SandboxOptions): Command {
  return confined(options, [], ['--version'])
}

/** Node with its permission model and a bounded heap, inside the limits of the system and of its namespaces. */
function confined(options: SandboxOptions, files: readonly string[], nodeArgs: readonly string[]): Command {
  const { isolation, memoryBytes, rootPath } = options
  const heap = `--max-old-space-size=${Math.ceil(memoryBytes / MEGABYTE)}`
  const readable = files.map((path) => `--allow-fs-read=${path}`)
  const node = [process.execPath, '--permission', ...WITHOUT, heap, ...readable, ...nodeArgs]
  const limited = [required('prlimit'), ...limitsOf(options), '--', ...node]
  const isolated = isolation === 'namespaces' ? inNamespaces(rootPath, [process.execPath, ...files], limited) : limited
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

function inNamespaces(rootPath: string, files: readonly string[], command: readonly string[]): readonly string[] {
  const own = ['--user', '--map-root-user', '--mount', '--net', '--pid', '--ipc', '--uts', '--fork', '--kill-child']
  const powerless = [required('setpriv'), '--bounding-set=-all', '--inh-caps=-all', '--']
  const confine = [required('sh'), '-c', CONFINE, 'sh', rootPath, ...files, '--']
  return [required('unshare'), ...own, '--', ...confine, ...powerless, ...command]
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
