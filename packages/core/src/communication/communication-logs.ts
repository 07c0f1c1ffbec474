import type { Clock } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { TemporaryResources } from '../data/temporary-resources.ts'
import type { Entity } from '../entities/entity.ts'
import type { EntityTree } from '../entities/tree.ts'
import type { ReaderLimit } from '../events/reader-limit.ts'
import type { CommunicationRecord } from '../facets/communication.ts'
import type {
  CommunicationLog,
  CommunicationLogFacet,
  RecordedContent,
  RecordingRequest,
  RecordSource,
} from '../facets/communication-logs.ts'
import { type EntityRef, keyOf } from '../locks/lock.ts'
import type { CallContext } from '../ports/call-context.ts'
import { limitedReader } from './limited-reader.ts'
import { Recording, type RecordingParts } from './recording.ts'

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

/**
 * Recordings of what is said to entities and by them [17978-3 7.22]: those that the source of an entity makes, or else
 * our own.
 */
export class CommunicationLogs implements Disposable {
  readonly #retainMs: number
  readonly #options: CommunicationLogsOptions
  readonly #all: TemporaryResources<Recording>
  /** Those at work, by their entities. */
  readonly #active = new Map<string, Set<Recording>>()

  constructor(options: CommunicationLogsOptions) {
    const { maxLogs: max, retainMs } = { ...DEFAULTS, ...options }
    this.#options = options
    this.#retainMs = retainMs
    this.#all = new TemporaryResources({ clock: options.clock, what: 'communication log', max, retainMs })
  }

  /** Whether anything is recorded at all: asked with every request. */
  get isRecording(): boolean {
    return this.#active.size > 0
  }

  at({ kind, id, facets }: Entity): CommunicationLogFacet {
    if (!facets.communicationLogs) return this.#ownAt({ kind, id })
    return withReaderLimit(facets.communicationLogs, this.#options.events.limit)
  }

  /** Ends and removes all of an entity. */
  async clear(entity: Entity, context: CallContext): Promise<void> {
    const logs = this.at(entity)
    for (const { id } of await logs.list(context)) await logs.delete(id, true, context)
    this.#all.clear(entity)
  }

  /** Notes what is about an entity, for the logs of it that are at work. */
  record(entity: EntityRef, record: CommunicationRecord): void {
    for (const recording of this.#active.get(keyOf(entity)) ?? []) recording.add(record)
  }

  [Symbol.dispose](): void {
    for (const recordings of [...this.#active.values()]) for (const each of [...recordings]) this.#deactivate(each)
    this.#all[Symbol.dispose]()
  }

  #ownAt(entity: EntityRef): CommunicationLogFacet {
    return {
      retainMs: this.#retainMs,
      list: async () => this.#list(entity).map((recording) => recording.view()),
      create: async (request) => this.#create(entity, request),
      get: async (id) => this.#get(entity, id).view(),
      control: async (id, action) => this.#control(this.#get(entity, id), action),
      delete: async (id, withContent) => this.#delete(this.#get(entity, id), withContent),
      content: async (id) => contentOf(this.#all.get(entity, id)),
      records: async (id) => recordsOf(this.#get(entity, id)),
    }
  }

  #list(entity: EntityRef): readonly Recording[] {
    return this.#all.list(entity).filter(({ isDeleted }) => !isDeleted)
  }

  #create(entity: EntityRef, request: RecordingRequest): CommunicationLog {
    this.#all.requireRoom()
    const id = this.#all.unusedId(this.#options.createId)
    const recording = new Recording({ ...this.#options, entity, id }, request)
    this.#all.add(recording, this.#options.clock.now() + MAX_AGE_MS)
    this.#activate(recording)
    return recording.view()
  }

  #control(recording: Recording, action: 'activate' | 'deactivate'): void {
    const { id, isActive } = recording
    if (isActive === (action === 'activate')) {
      const state = isActive ? 'active already' : 'not active'
      throw new SovdError('conflict', `communication log '${id}' is ${state}`)
    }
    if (isActive) this.#deactivate(recording)
    else this.#activate(recording)
  }

  #delete(recording: Recording, withContent: boolean): void {
    this.#deactivate(recording)
    recording.isDeleted = true
    if (withContent) this.#all.remove(recording.id)
    else this.#all.finish(recording.id)
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

function contentOf({ lines }: Recording): RecordedContent {
  const bytes = joined(lines)
  return {
    contentType: 'application/x-ndjson',
    size: bytes.length,
    async *open(range) {
      yield range ? bytes.subarray(range.start, range.end) : bytes
    },
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, { length }) => size + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function recordsOf({ id, stream }: Recording): RecordSource {
  if (!stream) throw new SovdError('conflict', `communication log '${id}' is kept, and not told as it happens`)
  return { read: ({ lastEventId = '' }, onReady) => stream.read({ lastEventId }, onReady) }
}

/** Who reads what a source tells is one of all readers of events. */
function withReaderLimit(logs: CommunicationLogFacet, limit: ReaderLimit): CommunicationLogFacet {
  return {
    ...logs,
    async records(id, context) {
      const source = await logs.records(id, context)
      return { read: (reading, onReady) => limitedReader(limit, () => source.read(reading, onReady)) }
    },
  }
}
