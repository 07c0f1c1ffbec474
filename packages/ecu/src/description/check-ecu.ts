import { sizeOf } from '../encoding/value.ts'
import { checkEncoding, refuseRepeats } from './check-encoding.ts'
import { dtcNumber } from './dtc-number.ts'
import type { Path, Problems } from './problem.ts'
import type { DataDescription, EcuDescription, MemoryDescription, RoutineDescription } from './schema/ecu.ts'
import type { AccessDescription } from './schema/parts.ts'

/** The session that every ECU has. */
export const DEFAULT_SESSION = 'default'

/** What the schema cannot say of an ECU: ids and numbers are unique, and what is referred to exists. */
export class EcuCheck {
  readonly #ecu: EcuDescription
  readonly #path: Path
  readonly #problems: Problems
  readonly #sessions: ReadonlySet<string>
  readonly #levels: ReadonlySet<string>
  readonly #data: ReadonlyMap<string, DataDescription>
  readonly #routines: ReadonlySet<string>

  constructor(ecu: EcuDescription, path: Path, problems: Problems) {
    this.#ecu = ecu
    this.#path = path
    this.#problems = problems
    this.#sessions = new Set([DEFAULT_SESSION, ...ecu.sessions.map(({ id }) => id)])
    this.#levels = new Set(ecu.security.levels.map(({ id }) => id))
    this.#data = new Map(ecu.data.map((item) => [item.id, item]))
    this.#routines = new Set(ecu.routines.map(({ id }) => id))
  }

  run(): void {
    this.#checkSessions()
    this.#checkSecurity()
    for (const [name, access] of Object.entries(this.#ecu.services)) this.#checkAccess(access, ['services', name])
    if (this.#ecu.authentication) this.#checkAccess(this.#ecu.authentication, ['authentication'])
    this.#checkData()
    this.#checkDtcs()
    this.#checkRoutines()
    this.#checkMemory()
    this.#checkFlash()
  }

  #checkSessions(): void {
    const { sessions } = this.#ecu
    this.#refuseRepeats(sessions, 'sessions', { id: ({ id }) => id, session: ({ session }) => session })
    for (const [index, session] of sessions.entries()) {
      this.#checkAccess(session, ['sessions', index])
      if ((session.id === DEFAULT_SESSION) === (session.session === 1)) continue
      this.#add(['sessions', index, 'id'], `session 1 is "${DEFAULT_SESSION}", and no other`)
    }
  }

  #checkSecurity(): void {
    const { levels } = this.#ecu.security
    const at = ['security', 'levels']
    this.#refuseRepeats(levels, at, { id: ({ id }) => id, level: ({ level }) => level })
    for (const [index, level] of levels.entries()) {
      this.#checkAccess(level, [...at, index])
      if (level.level % 2 === 0) this.#add([...at, index, 'level'], `must be odd, got ${level.level}`)
    }
  }

  #checkData(): void {
    const { data } = this.#ecu
    this.#refuseRepeats(data, 'data', { id: ({ id }) => id, did: ({ did }) => did })
    for (const [index, item] of data.entries()) {
      const at = ['data', index]
      checkEncoding(item.encoding, [...this.#path, ...at, 'encoding'], this.#problems)
      if (item.read) this.#checkAccess(item.read, [...at, 'read'])
      if (item.write) this.#checkAccess(item.write, [...at, 'write'])
      if (!item.control) continue
      this.#checkAccess(item.control, [...at, 'control'])
      if (sizeOf(item.encoding) === undefined) this.#add([...at, 'control'], 'needs an encoding of fixed length')
    }
  }

  #checkDtcs(): void {
    const { dtcs, snapshots, extendedData } = this.#ecu
    this.#refuseRepeats(dtcs, 'dtcs', { dtc: ({ dtc }) => dtcNumber(dtc) })
    this.#refuseRepeats(snapshots, 'snapshots', { record: ({ record }) => record })
    this.#refuseRepeats(extendedData, 'extendedData', { record: ({ record }) => record })
    for (const [index, { data }] of snapshots.entries()) {
      for (const [place, id] of data.entries()) {
        const item = this.#known(this.#data, id, ['snapshots', index, 'data', place], 'datum')
        if (!item || sizeOf(item.encoding) !== undefined) continue
        this.#add(['snapshots', index, 'data', place], `"${id}" needs an encoding of fixed length`)
      }
    }
    for (const [index, { encoding }] of extendedData.entries()) {
      checkEncoding(encoding, [...this.#path, 'extendedData', index, 'encoding'], this.#problems)
      if (encoding.type !== 'uint') this.#add(['extendedData', index, 'encoding'], 'must be a uint: it is a counter')
    }
    const records = {
      snapshots: new Set(snapshots.map(({ record }) => record)),
      extendedData: new Set(extendedData.map(({ record }) => record)),
    }
    for (const [index, dtc] of dtcs.entries()) {
      for (const kind of ['snapshots', 'extendedData'] as const) {
        for (const [place, record] of (dtc[kind] ?? []).entries()) {
          if (!records[kind].has(record)) this.#add(['dtcs', index, kind, place], `there is no record ${record}`)
        }
      }
    }
  }

  #checkRoutines(): void {
    const { routines } = this.#ecu
    this.#refuseRepeats(routines, 'routines', { id: ({ id }) => id, routineId: ({ routineId }) => routineId })
    for (const [index, routine] of routines.entries()) this.#checkRoutine(routine, ['routines', index])
  }

  #checkRoutine(routine: RoutineDescription, at: Path): void {
    if (!routine.start) this.#add(at, 'start is missing: nothing else begins a routine')
    if (routine.results?.running !== undefined && !routine.results.response) {
      this.#add([...at, 'results', 'running'], 'needs a response that it could be in')
    }
    for (const kind of ['start', 'stop', 'results'] as const) {
      const part = routine[kind]
      if (!part) continue
      this.#checkAccess(part, [...at, kind])
      for (const side of ['request', 'response'] as const) {
        const encoding = part[side]
        if (encoding) checkEncoding(encoding, [...this.#path, ...at, kind, side], this.#problems)
      }
    }
  }

  #checkMemory(): void {
    const { memory } = this.#ecu
    this.#refuseRepeats(memory, 'memory', { id: ({ id }) => id })
    for (const [index, region] of memory.entries()) {
      for (const kind of ['read', 'write', 'download', 'upload'] as const) {
        const access = region[kind]
        if (access) this.#checkAccess(access, ['memory', index, kind])
      }
      if (region.flash && region.write) this.#add(['memory', index, 'write'], 'flash is written by download only')
      const other = memory.slice(0, index).find((each) => overlap(each, region))
      if (other) this.#add(['memory', index], `overlaps ${other.id}`)
    }
  }

  #checkFlash(): void {
    const { flash } = this.#ecu
    if (!flash) return
    this.#known(this.#sessions, flash.session, ['flash', 'session'], 'session')
    if (flash.security !== undefined) this.#known(this.#levels, flash.security, ['flash', 'security'], 'security level')
    if (flash.fingerprint !== undefined) this.#known(this.#data, flash.fingerprint, ['flash', 'fingerprint'], 'datum')
    for (const step of ['preconditions', 'erase', 'verify', 'dependencies'] as const) {
      const id = flash[step]
      if (id !== undefined) this.#known(this.#routines, id, ['flash', step], 'routine')
    }
    if (flash.clearDtcs && !this.#ecu.services.clearDtcs) this.#add(['flash', 'clearDtcs'], 'needs services.clearDtcs')
    if (!this.#ecu.memory.some(({ download }) => download)) this.#add(['flash'], 'there is no memory with download')
  }

  #checkAccess(access: AccessDescription, at: Path): void {
    for (const [index, id] of (access.sessions ?? []).entries()) {
      this.#known(this.#sessions, id, [...at, 'sessions', index], 'session')
    }
    for (const [index, id] of (access.security ?? []).entries()) {
      this.#known(this.#levels, id, [...at, 'security', index], 'security level')
    }
  }

  #known<T>(known: ReadonlyMap<string, T> | ReadonlySet<string>, id: string, at: Path, what: string): T | undefined {
    if (!known.has(id)) this.#add(at, `there is no ${what} "${id}"`)
    return known instanceof Map ? known.get(id) : undefined
  }

  #refuseRepeats<T>(items: readonly T[], at: Path | string, keys: Record<string, (item: T) => string | number>): void {
    const path = [...this.#path, ...(typeof at === 'string' ? [at] : at)]
    for (const [what, keyOf] of Object.entries(keys))
      refuseRepeats(items, keyOf, path, { what, problems: this.#problems })
  }

  #add(at: Path, message: string): void {
    this.#problems.add([...this.#path, ...at], message)
  }
}

function overlap(one: MemoryDescription, other: MemoryDescription): boolean {
  return one.address < other.address + other.size && other.address < one.address + one.size
}
