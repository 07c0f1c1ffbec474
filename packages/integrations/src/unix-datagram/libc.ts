import { getSystemErrorName } from 'node:util'

/** Calls of the system that Node.js does not offer. Negative results are failures. */
export interface Libc {
  socket(family: number, type: number, protocol: number): number
  bind(fd: number, address: Uint8Array, length: number): number
  recv(fd: number, buffer: Uint8Array, length: number, flags: number): number
  close(fd: number): number
  /** The name of the failure of the latest call: `EAGAIN`. */
  errorName(): string
  /**
   * Calls `wake` in each turn of the event loop in which something can be read, until it is closed. That is outside of
   * any task, where promises would not settle.
   */
  poll(fd: number, wake: () => void): { close(): void }
}

/** The C library of Linux; undefined on other systems, and where koffi is not installed or has no binary. */
export async function loadLibc(): Promise<Libc | undefined> {
  const koffi = process.platform === 'linux' ? await importKoffi() : undefined
  if (koffi === undefined) return undefined
  const library = koffi.load(null)
  return {
    socket: library.func('socket', 'int', ['int', 'int', 'int']),
    bind: library.func('bind', 'int', ['int', 'void *', 'uint']),
    recv: library.func('recv', 'intptr_t', ['int', 'void *', 'size_t', 'int']),
    close: library.func('close', 'int', ['int']),
    errorName: () => getSystemErrorName(-koffi.errno()),
    poll: (fd, wake) => koffi.node.poll(fd, { readable: true }, wake),
  }
}

async function importKoffi() {
  try {
    const { default: koffi } = await import('koffi')
    return koffi
  } catch {
    return undefined
  }
}
