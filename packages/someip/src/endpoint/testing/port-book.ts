import { MAX_PORT } from '../endpoint-address.ts'
import { EndpointError } from '../errors.ts'

const FIRST_FREE_PORT = 49_152

/** Which ports of a simulated host are taken. */
export class PortBook {
  readonly #taken = new Map<string, { users: number; readonly isShared: boolean }>()
  #nextPort = FIRST_FREE_PORT

  /** Takes a port, 0 meaning any free one, and returns it. @throws EndpointError when it is taken and not shared */
  take(address: string, port: number, isShared: boolean): number {
    const chosen = port === 0 ? this.#freePort() : port
    const key = `${address}:${chosen}`
    const user = this.#taken.get(key) ?? { users: 0, isShared }
    if (user.users > 0 && !(user.isShared && isShared)) {
      throw new EndpointError('ENDPOINT_ADDRESS_IN_USE', `${key} is taken`)
    }
    user.users++
    this.#taken.set(key, user)
    return chosen
  }

  release(address: string, port: number): void {
    const key = `${address}:${port}`
    const user = this.#taken.get(key)
    if (user !== undefined && --user.users === 0) this.#taken.delete(key)
  }

  #freePort(): number {
    const port = this.#nextPort
    this.#nextPort = port === MAX_PORT ? FIRST_FREE_PORT : port + 1
    return port
  }
}
