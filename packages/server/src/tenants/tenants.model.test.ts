import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Fixture } from '../testing/fixture.ts'
import { openSharedVehicle, tester } from './testing/shared-vehicle.ts'

const BMS = '/vehicle/v1/components/xbat'
const LOCK = '/sovd/v1/components/xbat/lock'
const ACTORS = ['ann', 'bob'] as const

type Actor = (typeof ACTORS)[number]

interface Kind {
  readonly path: string
  readonly body: unknown
  readonly type?: string
  /** Whether a lock of another keeps a client from making or removing it. */
  readonly heedsLocks: boolean
  /** Whether one that was made under a lock ends with it. */
  readonly endsWithLock: boolean
}

/** What clients make. */
const KINDS = {
  list: { path: 'data-lists', body: { ids: ['soc'] }, heedsLocks: true, endsWithLock: false },
  log: { path: 'communication-logs', body: {}, heedsLocks: true, endsWithLock: false },
  file: { path: 'bulk-data/notes', body: { a: 1 }, heedsLocks: true, endsWithLock: false },
  script: { path: 'scripts', body: 'export {}', type: 'text/javascript', heedsLocks: true, endsWithLock: false },
  execution: { path: 'operations/cell-balance/executions', body: {}, heedsLocks: true, endsWithLock: false },
  subscription: {
    path: 'cyclic-subscriptions',
    body: { resource: 'data/soc', interval: 'slow', duration: 600 },
    heedsLocks: false,
    endsWithLock: true,
  },
  trigger: {
    path: 'triggers',
    body: { resource: 'data/soc', trigger_condition: { condition_type: 'OnChange' } },
    heedsLocks: false,
    endsWithLock: true,
  },
} as const satisfies Record<string, Kind>

type KindName = keyof typeof KINDS

const KIND_NAMES = Object.keys(KINDS) as KindName[]

type Command =
  | { readonly do: 'make'; readonly actor: Actor; readonly kind: KindName }
  | { readonly do: 'remove'; readonly actor: Actor; readonly kind: KindName; readonly pick: number }
  | { readonly do: 'lock' | 'release' | 'clear' | 'challenge' | 'write'; readonly actor: Actor }

const actor = fc.constantFrom(...ACTORS)
const kind = fc.constantFrom(...KIND_NAMES)

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('make' as const), actor, kind }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), actor, kind, pick: fc.nat(20) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('lock', 'release', 'clear', 'challenge', 'write'), actor }),
  },
)

interface Made {
  readonly id: string
  readonly kind: KindName
  readonly by: Actor
  readonly underLock: boolean
}

/** Two tenants at work, with what each of them should have. */
class Model {
  readonly #fixture: Fixture
  readonly #headers: Readonly<Record<Actor, Record<string, string>>>
  /** Everything that was ever made. */
  readonly #all: Made[] = []
  readonly #there = new Set<Made>()
  #locked: Actor | undefined

  constructor(fixture: Fixture, headers: Readonly<Record<Actor, Record<string, string>>>) {
    this.#fixture = fixture
    this.#headers = headers
  }

  async run(command: Command): Promise<void> {
    const other = command.actor === 'ann' ? 'bob' : 'ann'
    const before = await this.#view(other)
    await this.#do(command)
    assert.deepEqual(await this.#view(other), before, `what ${other} sees`)
    for (const each of ACTORS) await this.#requireLists(each)
  }

  async #do(command: Command): Promise<void> {
    const { actor } = command
    const isKeptOut = this.#locked !== undefined && this.#locked !== actor
    switch (command.do) {
      case 'make':
        return this.#make(actor, command.kind, isKeptOut)
      case 'remove':
        return this.#remove(actor, command.kind, command.pick, isKeptOut)
      case 'lock': {
        const { status } = await this.#send('POST', LOCK, { durationSecs: 600 }, actor)
        assert.equal(status, isKeptOut ? 409 : 201)
        this.#locked ??= actor
        return
      }
      case 'release': {
        const { status } = await this.#send('DELETE', LOCK, undefined, actor)
        assert.equal(status, this.#locked === undefined ? 404 : isKeptOut ? 409 : 204)
        if (status === 204) this.#release(actor)
        return
      }
      case 'clear': {
        const path = `${BMS}/clear-data/client-defined-resources`
        const { status } = await this.#send('PUT', path, undefined, actor)
        assert.equal(status, isKeptOut ? 409 : 202)
        if (status === 202) this.#forget(({ by, kind }) => by === actor && kind !== 'file' && kind !== 'execution')
        return
      }
      case 'challenge': {
        const path = '/sovd/v1/components/xbat/proximity-challenge'
        assert.equal((await this.#send('POST', path, {}, actor)).status, 201)
        return
      }
      case 'write': {
        const { status } = await this.#send('PUT', `${BMS}/data/note`, { data: 'x' }, actor)
        assert.equal(status, isKeptOut ? 409 : 204)
      }
    }
  }

  async #make(actor: Actor, kind: KindName, isKeptOut: boolean): Promise<void> {
    const { path, body, heedsLocks, endsWithLock, ...more }: Kind = KINDS[kind]
    const type = more.type === undefined ? {} : { 'content-type': more.type }
    const reply = await this.#send('POST', `${BMS}/${path}`, body, actor, type)
    if (heedsLocks && isKeptOut) return assert.equal(reply.status, 409, reply.text)
    assert.ok(reply.status === 201 || reply.status === 202, reply.text)
    const id = reply.headers.get('location')?.split('/').at(-1) ?? ''
    const made = { id, kind, by: actor, underLock: endsWithLock && this.#locked === actor }
    this.#all.push(made)
    this.#there.add(made)
  }

  /** Also of what is gone, and of what another made. */
  async #remove(actor: Actor, kind: KindName, pick: number, isKeptOut: boolean): Promise<void> {
    const ofKind = this.#all.filter((made) => made.kind === kind)
    const made = ofKind[pick % ofKind.length]
    if (!made) return
    const { path, heedsLocks } = KINDS[kind]
    const reply = await this.#send('DELETE', `${BMS}/${path}/${made.id}`, undefined, actor)
    if (heedsLocks && isKeptOut) return assert.equal(reply.status, 409, reply.text)
    const isOwn = made.by === actor && this.#there.has(made)
    assert.equal(reply.status, isOwn ? 204 : 404, `${kind} of ${made.by}: ${reply.text}`)
    if (isOwn) this.#there.delete(made)
  }

  #release(actor: Actor): void {
    this.#locked = undefined
    this.#forget(({ by, underLock }) => by === actor && underLock)
  }

  #forget(isGone: (made: Made) => boolean): void {
    for (const made of this.#there) if (isGone(made)) this.#there.delete(made)
  }

  async #requireLists(actor: Actor): Promise<void> {
    for (const kind of KIND_NAMES) {
      const { json } = await this.#get(`${BMS}/${KINDS[kind].path}`, actor)
      const items: readonly (string | { id: string })[] = Array.isArray(json) ? json : json.items
      const ids = items.map((item) => (typeof item === 'string' ? item : item.id))
      const expected = [...this.#there].filter((made) => made.by === actor && made.kind === kind).map(({ id }) => id)
      assert.deepEqual(ids.toSorted(), expected.toSorted(), `every ${kind} of ${actor}`)
    }
  }

  /** All that a tenant sees of what clients do, but for locks; how far an execution is takes its own course. */
  async #view(actor: Actor): Promise<readonly string[]> {
    const own = [...this.#there].filter(({ by, kind }) => by === actor && kind !== 'file')
    const paths = [
      ...['clear-data/status', 'logs/entries', 'operations'].map((path) => `${BMS}/${path}`),
      ...['operations', 'operations/cell-balance/executions', 'logs'].map((path) => `/sovd/v1/components/xbat/${path}`),
      '/sovd/v1/audit',
      ...KIND_NAMES.map((kind) => `${BMS}/${KINDS[kind].path}`),
      ...own.map(({ id, kind }) => `${BMS}/${KINDS[kind].path}/${id}`),
    ]
    const replies = await Promise.all(paths.map((path) => this.#get(path, actor)))
    return replies.map(({ status, text }, at) => `${paths[at]} ${status} ${text.replaceAll(/,"progress":\d+/g, '')}`)
  }

  #get(path: string, actor: Actor) {
    return this.#fixture.get(path, this.#headers[actor])
  }

  #send(method: string, path: string, body: unknown, actor: Actor, headers: Record<string, string> = {}) {
    return this.#fixture.send(method, path, body, { ...this.#headers[actor], ...headers })
  }
}

test('whatever one tenant does, another sees what it saw before, but for locks and the vehicle itself', async () => {
  const headers = { ann: await tester('ann'), bob: await tester('bob') }
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 4, maxLength: 14 }), async (commands) => {
      await using fixture = await openSharedVehicle()
      const model = new Model(fixture, headers)
      for (const each of commands) await model.run(each)
    }),
    { numRuns: 25 },
  )
})
