import { getSystemErrorName } from 'node:util'
import { type EndpointError, systemError } from '../errors.ts'
import { SOCKET_OPTION, type SocketOption } from './linux.ts'

/** Tells when a file descriptor is ready; reports until it is closed. */
export interface Poll {
  start(interest: PollInterest, wake: () => void): void
  close(): void
}

export interface PollInterest {
  readonly readable: boolean
  readonly writable: boolean
}

/** What Node.js does not offer of the system: the C library, called directly. Negative results are failures. */
export interface Libc {
  socket(family: number, type: number, protocol: number): number
  bind(fd: number, address: Uint8Array, length: number): number
  getsockname(fd: number, address: Uint8Array, length: Uint32Array): number
  setsockopt(fd: number, level: number, option: number, value: Uint8Array, length: number): number
  getsockopt(fd: number, level: number, option: number, value: Uint8Array, length: Uint32Array): number
  recvmmsg(fd: number, vector: Uint8Array, messages: number, flags: number, timeout: null): number
  sendmmsg(fd: number, vector: Uint8Array, messages: number, flags: number): number
  close(fd: number): number
  if_nametoindex(name: string): number
  if_indextoname(index: number, name: Uint8Array): unknown
  /** The name of the failure of the latest call: `EAGAIN`. */
  errorName(): string
  /** Where the first byte is; the memory stays there as long as the array lives. */
  addressOf(bytes: Uint8Array): bigint
  /** `wake` is called by the event loop itself: what it defers with `setImmediate` runs as usual. */
  poll(fd: number, wake: () => void): Poll
}

const ARCHITECTURES = new Set(['x64', 'arm64', 'riscv64', 'loong64'])

let loading: Promise<Libc | undefined> | undefined

/** The C library; undefined where koffi is not installed or the platform is another than 64-bit Linux. */
export function loadLibc(): Promise<Libc | undefined> {
  loading ??= process.platform === 'linux' && ARCHITECTURES.has(process.arch) ? load() : Promise.resolve(undefined)
  return loading
}

async function load(): Promise<Libc | undefined> {
  const koffi = await importKoffi()
  if (koffi === undefined) return undefined
  const library = koffi.load(null)
  const int = (name: string, parameters: string[]) => library.func(name, 'int', parameters)
  return {
    socket: int('socket', ['int', 'int', 'int']),
    bind: int('bind', ['int', 'void *', 'uint']),
    getsockname: int('getsockname', ['int', 'void *', 'void *']),
    setsockopt: int('setsockopt', ['int', 'int', 'int', 'void *', 'uint']),
    getsockopt: int('getsockopt', ['int', 'int', 'int', 'void *', 'void *']),
    recvmmsg: int('recvmmsg', ['int', 'void *', 'uint', 'int', 'void *']),
    sendmmsg: int('sendmmsg', ['int', 'void *', 'uint', 'int']),
    close: int('close', ['int']),
    if_nametoindex: library.func('if_nametoindex', 'uint', ['str']),
    if_indextoname: library.func('if_indextoname', 'void *', ['uint', 'void *']),
    errorName: () => getSystemErrorName(-koffi.errno()),
    addressOf: (bytes) => koffi.address(bytes),
    poll: (fd, wake) => koffi.node.poll(fd, { readable: true }, wake),
  }
}

/** The package is optional: without it, or without a binary for this machine, the callers have another way. */
async function importKoffi() {
  try {
    const { default: koffi } = await import('koffi')
    return typeof koffi.node?.poll === 'function' ? koffi : undefined
  } catch {
    return undefined
  }
}

/** @throws EndpointError when the call failed */
export function check(libc: Libc, what: string, result: number): number {
  if (result < 0) throw failure(libc, what)
  return result
}

export function failure(libc: Libc, what: string): EndpointError {
  return systemError(what, libc.errorName())
}

/** Sets an option to a number or to the bytes of its structure. @throws EndpointError */
export function setOption(libc: Libc, fd: number, name: SocketOption, value: number | Uint8Array): void {
  const [level, option] = SOCKET_OPTION[name]
  const bytes = typeof value === 'number' ? new Uint8Array(Int32Array.of(value).buffer) : value
  check(libc, `option ${name} of a socket`, libc.setsockopt(fd, level, option, bytes, bytes.length))
}

/** The value of an option that is a number. @throws EndpointError */
export function readOption(libc: Libc, fd: number, name: SocketOption): number {
  const [level, option] = SOCKET_OPTION[name]
  const value = new Int32Array(1)
  const length = Uint32Array.of(value.byteLength)
  const result = libc.getsockopt(fd, level, option, new Uint8Array(value.buffer), length)
  check(libc, `option ${name} of a socket`, result)
  return value[0] ?? 0
}
