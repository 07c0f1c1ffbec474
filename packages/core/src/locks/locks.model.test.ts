import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle } from '@opensovd/base/testing'
import { type ResourceCollection, SovdError } from '@opensovd/sovd'
import fc from 'fast-check'
import { keyOf, type LockTarget, VEHICLE } from './lock.ts'
import { changeMode } from './mode-change.ts'
import { component, type Groups, group, LockedVehicle } from './testing/locked-vehicle.ts'

interface ModelLock {
  readonly owner: string
  readonly target: LockTarget
  readonly scopes: readonly ResourceCollection[]
  endsMs: number
  readonly changed: Set<string>
}

type Outcome = 'done' | 'locked' | 'lock-broken' | 'not-found'

/** What locks are to do, said in terms of the parts of a vehicle instead of a hierarchy. */
class Model {
  nowMs = 0
  groups: Groups = { ab: ['a', 'b'], bc: ['b', 'c'] }
  locks: ModelLock[] = []
  broken: ModelLock[] = []
  readonly sessions = new Map(['a', 'b', 'c'].map((id) => [id, 'default']))

  parts(target: LockTarget): readonly string[] {
    if (target.kind === 'vehicle') return ['a', 'b', 'c', 'x', ...Object.keys(this.groups)]
    return target.kind === 'group' ? [target.id, ...(this.groups[target.id] ?? [])] : [target.id]
  }

  overlap(one: LockTarget, other: LockTarget): boolean {
    const parts = this.parts(one)
    return this.parts(other).some((part) => parts.includes(part))
  }

  acquire(owner: string, target: LockTarget, scopes: ModelLock['scopes'], seconds: number): Outcome {
    const isSame = (lock: ModelLock) => lock.owner === owner && isAt(lock, target) && sameScopes(lock.scopes, scopes)
    if (this.#tell(isSame)) return 'lock-broken'
    const own = this.locks.find(isSame)
    const endsMs = this.nowMs + seconds * 1000
    if (own) own.endsMs = endsMs
    else {
      const others = this.locks.filter((lock) => lock.owner !== owner && this.overlap(lock.target, target))
      if (others.some((lock) => meet(lock.scopes, scopes))) return 'locked'
      this.locks.push({ owner, target, scopes, endsMs, changed: new Set() })
    }
    return 'done'
  }

  whole(target: LockTarget): ModelLock | undefined {
    return this.locks.find((lock) => isAt(lock, target) && lock.scopes.length === 0)
  }

  use(owner: string, target: LockTarget, effect: (lock: ModelLock) => void): Outcome {
    if (this.#tell((lock) => lock.owner === owner && isAt(lock, target) && lock.scopes.length === 0))
      return 'lock-broken'
    const lock = this.whole(target)
    if (!lock) return 'not-found'
    if (lock.owner !== owner) return 'locked'
    effect(lock)
    return 'done'
  }

  break(owner: string, target: LockTarget): Outcome {
    const lock = this.whole(target)
    if (!lock) return 'not-found'
    if (lock.owner !== owner) this.broken.push(lock)
    this.end(lock)
    return 'done'
  }

  mutate(owner: string | undefined, target: LockTarget, collection: ResourceCollection): Outcome {
    const concerns = (lock: ModelLock) => this.overlap(lock.target, target) && meet(lock.scopes, [collection])
    if (this.#tell((lock) => lock.owner === owner && concerns(lock))) return 'lock-broken'
    return this.locks.some((lock) => lock.owner !== owner && concerns(lock)) ? 'locked' : 'done'
  }

  changeSession(owner: string | undefined, id: string, value: string): Outcome {
    const outcome = this.mutate(owner, component(id), 'modes')
    if (outcome !== 'done') return outcome
    for (const lock of this.locks) if (lock.owner !== owner) lock.changed.delete(id)
    this.sessions.set(id, value)
    this.#under(owner, id)?.changed.add(id)
    return outcome
  }

  end(lock: ModelLock): void {
    this.locks = this.locks.filter((each) => each !== lock)
    for (const id of lock.changed) {
      const heir = this.#under(lock.owner, id)
      if (heir) heir.changed.add(id)
      else this.sessions.set(id, 'default')
    }
  }

  advance(ms: number): void {
    this.nowMs += ms
    const over = this.locks.filter(({ endsMs }) => endsMs <= this.nowMs)
    for (const lock of over.sort((one, other) => one.endsMs - other.endsMs)) this.end(lock)
  }

  /** Whether a lock that is meant was broken, which is told only once. */
  #tell(isMeant: (lock: ModelLock) => boolean): boolean {
    const told = this.broken.find((lock) => lock.endsMs > this.nowMs && isMeant(lock))
    this.broken = this.broken.filter((lock) => lock !== told)
    return told !== undefined
  }

  #under(owner: string | undefined, id: string): ModelLock | undefined {
    return this.locks.find(
      (lock) => lock.owner === owner && this.overlap(lock.target, component(id)) && meet(lock.scopes, ['modes']),
    )
  }
}

function isAt(lock: ModelLock, target: LockTarget): boolean {
  return keyOf(lock.target) === keyOf(target)
}

function meet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === 0 || other.length === 0 || one.some((scope) => other.includes(scope))
}

function sameScopes(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join() === [...other].sort().join()
}

async function outcomeOf(task: () => unknown): Promise<Outcome> {
  try {
    await task()
    return 'done'
  } catch (error) {
    if (!(error instanceof SovdError)) throw error
    if (error.code === 'not-found') return 'not-found'
    assert.equal(error.code, 'conflict', error.message)
    return error.details?.[0]?.code === 'lock-broken' ? 'lock-broken' : 'locked'
  }
}

const TARGETS = [
  component('a'),
  component('b'),
  component('c'),
  { kind: 'app', id: 'x' } as const,
  group('ab'),
  group('bc'),
  VEHICLE,
]

type Step = fc.AsyncCommand<Model, LockedVehicle>

function step(name: string, predict: (model: Model) => Outcome, act: (vehicle: LockedVehicle) => unknown): Step {
  return {
    check: () => true,
    toString: () => name,
    run: async (model, vehicle) => {
      const expected = predict(model)
      assert.equal(await outcomeOf(() => act(vehicle)), expected)
      await settle()
      compare(model, vehicle)
    },
  }
}

function compare(model: Model, vehicle: LockedVehicle): void {
  for (const target of TARGETS) {
    const expected = model.locks.filter((lock) => isAt(lock, target))
    assert.deepEqual(
      vehicle.locks.list(target).map(({ owner, scopes, expires }) => [owner, scopes, Date.parse(expires)]),
      expected.map(({ owner, scopes, endsMs }) => [owner, scopes, Date.UTC(2026, 0, 1) + endsMs]),
    )
  }
  for (const [id, session] of model.sessions) assert.equal(vehicle.modesOf(id).current.get('session'), session, id)
  assert.equal(vehicle.clock.pending, model.locks.length, 'each lock has a timer, and nothing else has')
}

const owner = fc.constantFrom('ann', 'bob', 'cyd')
const anybody = fc.option(owner, { nil: undefined })
const target = fc.constantFrom<LockTarget>(...TARGETS)
const scopes = fc.constantFrom<ModelLock['scopes']>([], [], ['data'], ['modes'], ['data', 'modes'])
const collection = fc.constantFrom<ResourceCollection>('data', 'modes', 'faults')
const seconds = fc.integer({ min: 1, max: 60 })
const members = fc.subarray(['a', 'b', 'c'])
const { signal } = new AbortController()

const callerOf = (subject: string | undefined) => (subject === undefined ? {} : { subject })

const steps = [
  fc.tuple(owner, target, scopes, seconds).map(([subject, on, about, durationSeconds]) =>
    step(
      `${subject} locks ${keyOf(on)} [${about}] for ${durationSeconds} s`,
      (model) => model.acquire(subject, on, about, durationSeconds),
      ({ locks }) => locks.acquire(on, { subject }, { scopes: about, term: { durationSeconds } }),
    ),
  ),
  fc.tuple(owner, target, seconds).map(([subject, on, durationSeconds]) =>
    step(
      `${subject} renews ${keyOf(on)} for ${durationSeconds} s`,
      (model) =>
        model.use(subject, on, (lock) => {
          lock.endsMs = model.nowMs + durationSeconds * 1000
        }),
      ({ locks }) => locks.renew({ target: on }, { subject }, { durationSeconds }),
    ),
  ),
  fc.tuple(owner, target).map(([subject, on]) =>
    step(
      `${subject} releases ${keyOf(on)}`,
      (model) => model.use(subject, on, (lock) => model.end(lock)),
      ({ locks }) => locks.release({ target: on }, { subject }),
    ),
  ),
  fc.tuple(owner, target).map(([subject, on]) =>
    step(
      `${subject} breaks ${keyOf(on)}`,
      (model) => model.break(subject, on),
      ({ locks }) => locks.break({ target: on }, { subject }),
    ),
  ),
  fc.tuple(anybody, target, collection).map(([subject, on, what]) =>
    step(
      `${subject} changes the ${what} of ${keyOf(on)}`,
      (model) => model.mutate(subject, on, what),
      ({ locks }) => locks.requireUnlocked(on, what, callerOf(subject)),
    ),
  ),
  fc
    .tuple(anybody, fc.constantFrom('a', 'b', 'c'), fc.constantFrom('extended', 'programming'))
    .map(([subject, id, value]) =>
      step(
        `${subject} changes the session of ${id} to ${value}`,
        (model) => model.changeSession(subject, id, value),
        (vehicle) => {
          const caller = callerOf(subject)
          vehicle.locks.requireUnlocked(component(id), 'modes', caller)
          return changeMode(vehicle, vehicle.entity(id), { groupId: 'session', value }, { signal, caller })
        },
      ),
    ),
  fc.tuple(members, members).map(([ab, bc]) =>
    step(
      `the groups become ab: [${ab}] and bc: [${bc}]`,
      (model) => {
        model.groups = { ab, bc }
        return 'done'
      },
      (vehicle) => vehicle.regroup({ ab, bc }),
    ),
  ),
  fc.integer({ min: 1, max: 40_000 }).map((ms) =>
    step(
      `${ms} ms pass`,
      (model) => {
        model.advance(ms)
        return 'done'
      },
      ({ clock }) => clock.advance(ms),
    ),
  ),
]

test('locks of several clients do what their model does, in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: 60, size: 'max' }), (commands) =>
      fc.asyncModelRun(() => ({ model: new Model(), real: new LockedVehicle() }), commands),
    ),
    { numRuns: 300 },
  )
})
