import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { type Json, parseJson } from '@opensovd/base'
import { SovdError } from '@opensovd/sovd'
import { readMany, writeMany } from '../data/bulk.ts'
import type { Entity, Facets } from '../entities/entity.ts'
import { aggregatedStatus, type Fault } from '../facets/faults.ts'
import type { ExecutionState, OperationFacet } from '../facets/operations.ts'
import type { Backend } from '../ports/backend.ts'
import type { CallContext } from '../ports/call-context.ts'
import { SAMPLE_COMPONENT, SAMPLE_GROUP, type SampleComponent } from './sample-component.ts'

/** A backend whose source has the sample component, with all facets, and what belongs to the source. */
export interface BackendUnderContract extends AsyncDisposable {
  readonly backend: Backend
  /** Why the source has no group, if it has none. */
  readonly noGroups?: string
}

/** What the source of a backend under contract has. */
export interface ContractSample {
  /** Ids of data, operations, modes and configurations are those of the sample component. */
  readonly component: SampleComponent
  /** JSON texts of values that `note` takes. */
  readonly notes: readonly string[]
  /** A value that the configuration parameter `max-cell-voltage` takes. */
  readonly limit: Json
}

/** More digits than a double has, and more than 64 bits hold. */
const HUGE = '123456789012345678901234567890'

const ANYTHING: ContractSample = {
  component: SAMPLE_COMPONENT,
  notes: ['23', '-0.5', '""', '"0x1F"', '"grün 🚗"', 'false', 'null', '[]', '{"a":[1,{"b":null}]}', HUGE],
  limit: { soft: 4.15 },
}

/**
 * Defines the tests that every backend has to pass.
 * @param open makes a new source, as the sample says, and a backend for it that does not run yet
 * @param sample for a source that cannot have just anything
 */
export function backendContract(
  name: string,
  open: () => Promise<BackendUnderContract>,
  sample: ContractSample = ANYTHING,
): void {
  const check = (title: string, body: (running: Running, t: TestContext) => Promise<void>) =>
    test(title, async (t) => {
      await using source = await open()
      const stop = new AbortController()
      const run = source.backend.run(stop.signal)
      try {
        await isUp(source.backend)
        await body({ ...source, source, component: componentOf(source.backend) }, t)
      } finally {
        stop.abort()
        await run
        await source.backend[Symbol.asyncDispose]()
        await source.backend[Symbol.asyncDispose]()
      }
    })
  describe(`${name} as a backend`, () => {
    checkEntities(check, sample)
    checkData(check, sample)
    checkFaults(check, sample)
    checkOperations(check, sample)
    checkOthers(check, sample)
  })
}

interface Running {
  readonly backend: Backend
  readonly source: BackendUnderContract
  readonly component: Entity
}

type Check = (title: string, body: (running: Running, t: TestContext) => Promise<void>) => void

function checkEntities(check: Check, sample: ContractSample): void {
  check('lists its component when it is up', async ({ component }) => {
    assert.equal(component.name, sample.component.name)
    assert.equal(component.connectionState, 'connected')
    const facets = Object.keys(component.facets)
    for (const each of ['configurations', 'data', 'faults', 'modes', 'operations'])
      assert.ok(facets.includes(each), each)
  })

  check('lists its group with the members', async ({ backend, source }, t) => {
    if (source.noGroups) return t.skip(source.noGroups)
    const group = backend.snapshot.entities.find(({ kind }) => kind === 'group')
    assert.equal(group?.id, SAMPLE_GROUP.id)
    assert.equal(group?.name, SAMPLE_GROUP.name)
    assert.deepEqual(group?.members, SAMPLE_GROUP.members)
  })

  check('keeps its snapshot as long as nothing changes', async ({ backend }) => {
    assert.equal(backend.snapshot, backend.snapshot)
  })
}

function checkData(check: Check, sample: ContractSample): void {
  const items = sample.component.data

  check('lists the data items', async ({ component }) => {
    const listed = await facet(component, 'data').list(context())
    assert.deepEqual(
      listed.map(({ id, name }) => [id, name]),
      items.map(({ id, name }) => [id, name]),
    )
  })

  for (const { id, value } of items) {
    check(`reads the value of ${id} unchanged`, async ({ component }) => {
      const read = await facet(component, 'data').read(id, context())
      assert.equal(read.id, id)
      assert.equal(JSON.stringify(read.value), JSON.stringify(value))
    })
  }

  for (const text of sample.notes) {
    check(`writes ${text} and reads it back unchanged`, async ({ component }) => {
      const data = facet(component, 'data')
      await data.write?.('note', parseJson(text), context())
      const { value } = await data.read('note', context())
      assert.equal(JSON.stringify(value), text)
    })
  }

  check('refuses unknown items and changes nothing', async ({ component }) => {
    const data = facet(component, 'data')
    await rejectsWith('not-found', data.read('no-such-item', context()))
    await rejectsWith('not-found', data.write?.('no-such-item', 1, context()))
    await rejectsWith('forbidden', data.write?.('soc', 1, context()))
    assert.equal((await data.read('soc', context())).value, 78.5)
  })

  check('reads several items, each with its own outcome, in the order asked', async ({ component }) => {
    const outcomes = await readMany(facet(component, 'data'), ['charge-limit', 'no-such-item', 'soc'], context())
    assert.deepEqual(outcomes[0], { id: 'charge-limit', value: 80 })
    assert.equal(outcomes[1]?.id, 'no-such-item')
    assert.ok(outcomes[1] && 'error' in outcomes[1] && outcomes[1].error !== '')
    assert.deepEqual(outcomes[2], { id: 'soc', value: 78.5 })
  })

  check('writes several items, each with its own outcome', async ({ component }) => {
    const data = facet(component, 'data')
    const { write } = data
    assert.ok(write)
    const values = [
      { id: 'charge-limit', value: 70 },
      { id: 'no-such-item', value: 1 },
      { id: 'note', value: 'x' },
    ]
    const outcomes = await writeMany({ ...data, write }, values, context())
    assert.deepEqual(outcomes[0], { id: 'charge-limit' })
    assert.ok(outcomes[1] && 'error' in outcomes[1])
    assert.deepEqual(outcomes[2], { id: 'note' })
    assert.equal((await data.read('charge-limit', context())).value, 70)
    assert.equal((await data.read('note', context())).value, 'x')
  })

  check('ends a call whose signal aborts', async ({ component }) => {
    const reason = new Error('gone')
    const signal = AbortSignal.abort(reason)
    await assert.rejects(facet(component, 'data').read('soc', { signal }), reason)
  })
}

function checkFaults(check: Check, sample: ContractSample): void {
  const [first, second] = sample.component.faults
  assert.ok(first && second, 'the sample has two faults')

  check('lists the faults', async ({ component }) => {
    const listed = await facet(component, 'faults').list(context())
    assert.deepEqual(listed.map(essentials), sample.component.faults.map(essentials))
    assert.equal(listed[0]?.scope, first.scope)
  })

  check('reads one fault, and refuses to read one that is not there', async ({ component }) => {
    const faults = facet(component, 'faults')
    assert.equal((await faults.read?.(second.id, context()))?.name, second.name)
    await rejectsWith('not-found', faults.read?.('P9999', context()))
  })

  check('clears one fault', async ({ component }) => {
    const faults = facet(component, 'faults')
    await faults.clear?.(first.id, context())
    assert.deepEqual(
      (await faults.list(context())).map(({ id }) => id),
      [second.id],
    )
    await rejectsWith('not-found', faults.clear?.(first.id, context()))
  })

  check('clears all faults', async ({ component }) => {
    const faults = facet(component, 'faults')
    await faults.clearAll?.(context())
    assert.deepEqual(await faults.list(context()), [])
  })
}

/** What every source can tell of a fault: which status bits there are is up to it. */
function essentials({ id, code, name, severity, status }: Fault) {
  return { id, code, name, severity, status: aggregatedStatus(status) }
}

function checkOperations(check: Check, sample: ContractSample): void {
  check('lists the operations', async ({ component }) => {
    const listed = await facet(component, 'operations').list(context())
    assert.deepEqual(
      listed.map(({ id, name }) => [id, name]),
      sample.component.operations.map(({ id, name }) => [id, name]),
    )
  })

  check('runs an operation to its end', async ({ component }) => {
    const operations = facet(component, 'operations')
    const { id, state } = await operations.start('self-test', { depth: 'full' }, context())
    const last = await lastState(operations, 'self-test', id, state)
    assert.deepEqual(last, { status: 'completed', result: { depth: 'full' } })
  })

  check('runs an operation without parameters', async ({ component }) => {
    const operations = facet(component, 'operations')
    const { id, state } = await operations.start('self-test', undefined, context())
    assert.equal((await lastState(operations, 'self-test', id, state)).status, 'completed')
  })

  check('stops an operation', async ({ component }) => {
    const operations = facet(component, 'operations')
    const { id, state } = await operations.start('cell-balance', undefined, context())
    assert.equal(state.status, 'running')
    assert.ok(id)
    await operations.stop?.('cell-balance', id, context())
    const after = await operations.state('cell-balance', id, context()).catch((error: unknown) => error)
    assert.ok(after instanceof SovdError ? after.code === 'not-found' : (after as ExecutionState).status === 'stopped')
  })

  check('refuses unknown operations and executions', async ({ component }) => {
    const operations = facet(component, 'operations')
    await rejectsWith('not-found', operations.start('no-such-operation', undefined, context()))
    await rejectsWith('not-found', operations.state('self-test', 'no-such-execution', context()))
  })
}

function checkOthers(check: Check, sample: ContractSample): void {
  check('changes a mode', async ({ component }) => {
    const modes = facet(component, 'modes')
    const [before] = await modes.list(context())
    assert.equal(before?.id, 'session')
    assert.equal(before?.value, 'default')
    assert.deepEqual(
      before?.values.map(({ value }) => value),
      ['default', 'extended'],
    )
    await modes.set('session', 'extended', context())
    assert.equal((await modes.list(context()))[0]?.value, 'extended')
  })

  check('refuses unknown modes', async ({ component }) => {
    const modes = facet(component, 'modes')
    await rejectsWith('invalid-request', modes.set('session', 'no-such-mode', context()))
    await rejectsWith('not-found', modes.set('no-such-group', 'on', context()))
  })

  check('reads and writes configuration parameters', async ({ component }) => {
    const configurations = facet(component, 'configurations')
    assert.deepEqual({ ...(await configurations.readAll(context())) }, sample.component.configurations)
    await configurations.write?.('max-cell-voltage', sample.limit, context())
    const after: Readonly<Record<string, Json | undefined>> = await configurations.readAll(context())
    assert.deepEqual(after['max-cell-voltage'], sample.limit)
  })

  for (const id of ['..', '.', '../faults', 'soc/..', 'a b', '%2e%2e', 'ü']) {
    check(`takes ${JSON.stringify(id)} for no other resource`, async ({ component }) => {
      const refusal: unknown = await facet(component, 'data')
        .read(id, context())
        .catch((error: unknown) => error)
      assert.ok(refusal instanceof SovdError)
      assert.ok(['not-found', 'invalid-request'].includes(refusal.code), refusal.code)
    })
  }
}

async function isUp(backend: Backend): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = () => {
      if (backend.snapshot.status.phase !== 'up') return
      end()
      resolve()
    }
    const end = backend.onChange(look)
    look()
  })
}

function componentOf(backend: Backend): Entity {
  const found = backend.snapshot.entities.find(({ id }) => id === SAMPLE_COMPONENT.id)
  assert.ok(found, 'the sample component is missing')
  return found
}

function facet<N extends keyof Facets>(entity: Entity, name: N): NonNullable<Facets[N]> {
  const found = entity.facets[name]
  assert.ok(found, `${name} is missing`)
  return found
}

function context(): CallContext {
  return { signal: new AbortController().signal }
}

/** A source that follows another one learns of an end a little later. */
const MAX_ASKED = 1000

async function lastState(
  operations: OperationFacet,
  operationId: string,
  id: string | undefined,
  first: ExecutionState,
): Promise<ExecutionState> {
  let state = first
  for (let asked = 0; state.status === 'running' && asked < MAX_ASKED; asked++) {
    assert.ok(id, 'a running execution can be followed')
    state = await operations.state(operationId, id, context())
  }
  return state
}

async function rejectsWith(code: SovdError['code'], call: Promise<unknown> | undefined): Promise<void> {
  assert.ok(call, 'the facet can do this')
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof SovdError, `a SovdError, not ${error}`)
    assert.equal(error.code, code)
    return true
  })
}
