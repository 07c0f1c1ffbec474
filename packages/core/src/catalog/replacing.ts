/** What `own` is, with some of its members replaced. Its other methods are its own, whatever it is an instance of. */
export function replacing<T extends object>(own: T, members: Partial<T>): T {
  const kept: Record<string, unknown> = {}
  for (const name of namesOf(own)) {
    const member: unknown = Reflect.get(own, name)
    kept[name] = typeof member === 'function' ? member.bind(own) : member
  }
  // All members of a T are there, its own or others of the same types.
  return { ...kept, ...members } as T
}

/** The names of an object's members, those of its classes included. */
function namesOf(object: object): ReadonlySet<string> {
  const names = new Set<string>()
  for (let level: object | null = object; level && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) if (name !== 'constructor') names.add(name)
  }
  return names
}
