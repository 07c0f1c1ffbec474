const LAST_SESSION = 0xffff

/** Session IDs: 1 to 0xFFFF, then 1 again [PRS_SOMEIP_00533]. */
export class SessionCounter {
  #last = 0

  next(): number {
    this.#last = this.#last === LAST_SESSION ? 1 : this.#last + 1
    return this.#last
  }
}
