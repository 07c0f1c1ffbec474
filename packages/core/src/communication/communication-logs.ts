import type { Clock } from '@opensovd/base'
import { type EventReader, SovdError } from '@opensovd/sovd'
import { TemporaryResources } from '../data/temporary-resources.ts'
import type { Entity } from '../entities/entity.ts'
import type { EntityTree } from '../entities/tree.ts'
import type { ReadOptions } from '../events/event-stream.ts'
import type { CommunicationRecord } from '../facets/communication.ts'
import { type EntityRef, keyOf } from '../locks/lock.ts'
import { type CommunicationLog, Recording, type RecordingParts, type RecordingRequest } from './recording.ts'

export interface CommunicationLogsOptions extends Omit<RecordingParts, 'entity' | 'id'> {
  readonly clock: Clock
  readonly createId: () => string
  readonly tree: EntityTree
  readonly maxLogs?: number
  /** How long what was recorded can be read once its log is deleted without it. */
  readonly retainMs?: number
}

const DEFAULTS = { maxLogs: 100, retainMs: 3_600_000 }
/** One that nobody deletes goes after a week. */
const MAX_AGE_MS = 604_800_000

/** Recordings of what is said to entities and by them [17978-3 7.22]. */
export class CommunicationLogs implements Disposable {
  readonly retainMs: number
  readonly #options: CommunicationLogsOptions
  readonly #all: TemporaryResources<Recording>
  /** Those at work, by their entities. */
  readonly #active = new Map<string, Set<Recording>>()

  constructor(options: CommunicationLogsOptions) {
    const { maxLogs: max, retainMs } = { ...DEFAULTS, ...options }
    this.#options = options
    this.retainMs = retainMs
    this.#all = new TemporaryResources({ clock: options.clock, what: 'communication log', max, retainMs })
  }

  /** Whether anything is recorded at all: asked with every request. */
  get isRecording(): boolean {
    return this.#active.size > 0
  }

  /**
   * Begins to record.
   * @throws SovdError `unavailable` when there are too many logs
   */
  create(entity: Entity, request: RecordingRequest): CommunicationLog {
    this.#all.requireRoom()
    const id = this.#all.unusedId(this.#options.createId)
    const recording = new Recording({ ...this.#options, entity: { kind: entity.kind, id: entity.id }, id }, request)
    this.#all.add(recording, this.#options.clock.now() + MAX_AGE_MS)
    this.#activate(recording)
    return recording.view()
  }

  list(entity: EntityRef): readonly CommunicationLog[] {
    return this.#all
      .list(entity)
      .filter(({ isDeleted }) => !isDeleted)
      .map((recording) => recording.view())
  }

  /** @throws SovdError `not-found` */
  get(entity: EntityRef, id: string): CommunicationLog {
    return this.#get(entity, id).view()
  }

  /** @throws SovdError `not-found`; `conflict` when it is at work already */
  activate(entity: EntityRef, id: string): void {
    const recording = this.#get(entity, id)
    if (recording.isActive) throw new SovdError('conflict', `communication log '${id}' is active already`)
    this.#activate(recording)
  }

  /** @throws SovdError `not-found`; `conflict` when it is not at work */
  deactivate(entity: EntityRef, id: string): void {
    const recording = this.#get(entity, id)
    if (!recording.isActive) throw new SovdError('conflict', `communication log '${id}' is not active`)
    this.#deactivate(recording)
  }

  /** @param withContent what was recorded goes as well, and not only after a while; @throws SovdError `not-found` */
  delete(entity: EntityRef, id: string, withContent: boolean): void {
    const recording = this.#get(entity, id)
    this.#deactivate(recording)
    recording.isDeleted = true
    if (withContent) this.#all.remove(id)
    else this.#all.finish(id)
  }

  /** What was recorded, one JSON text a line. @throws SovdError `not-found` */
  content(entity: EntityRef, id: string): readonly Uint8Array[] {
    return this.#all.get(entity, id).lines
  }

  /** @throws SovdError `not-found`; `conflict` for a log that is not told as it happens */
  read(entity: EntityRef, id: string, options: ReadOptions, onReady: () => void): EventReader {
    const { stream } = this.#get(entity, id)
    if (!stream) throw new SovdError('conflict', `communication log '${id}' is kept, and not told as it happens`)
    return stream.read(options, onReady)
  }

  /** Notes what is about an entity, for the logs of it that are at work. */
  record(entity: EntityRef, record: CommunicationRecord): void {
    for (const recording of this.#active.get(keyOf(entity)) ?? []) recording.add(record)
  }

  clear(entity: EntityRef): void {
    for (const recording of this.#all.list(entity)) {
      this.#deactivate(recording)
      this.#all.remove(recording.id)
    }
  }

  [Symbol.dispose](): void {
    for (const recordings of [...this.#active.values()]) for (const each of [...recordings]) this.#deactivate(each)
    this.#all[Symbol.dispose]()
  }

  #activate(recording: Recording): void {
    const key = keyOf(recording.entity)
    const active = this.#active.get(key) ?? new Set()
    this.#active.set(key, active.add(recording))
    const { kind, id } = recording.entity
    recording.begin(this.#options.tree.find(kind, id)?.facets.communication)
  }

  #deactivate(recording: Recording): void {
    const key = keyOf(recording.entity)
    const active = this.#active.get(key)
    if (!active?.delete(recording)) return
    if (active.size === 0) this.#active.delete(key)
    recording.end()
  }

  #get(entity: EntityRef, id: string): Recording {
    const recording = this.#all.get(entity, id)
    if (!recording.isDeleted) return recording
    throw new SovdError('not-found', `there is no communication log '${id}'`, { target: id })
  }
}
