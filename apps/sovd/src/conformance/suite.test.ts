import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { type Entity, MemoryBackend, openDiagnostics } from '@opensovd/core'
import { memoryFacets, SAMPLE_COMPONENT } from '@opensovd/core/testing'
import { openSovdServer } from '@opensovd/server'
import { Client } from './client.ts'
import type { Impact } from './impact.ts'
import { junitOf } from './junit.ts'
import { linesOf, summaryOf } from './report.ts'
import { CHECKS, type Result, runChecks } from './suite.ts'
import { findBase, lookAround } from './target.ts'

const ALL: ReadonlySet<Impact> = new Set(['reads', 'writes', 'disrupts'])

/** Our own server over a component, an app on it and an area around it. */
async function openServer() {
  const clock = systemClock
  const log = silentLogger
  const facets = () => memoryFacets(SAMPLE_COMPONENT)
  const entities: Entity[] = [
    { kind: 'component', id: 'bms', name: 'Battery', connectionState: 'connected', facets: facets() },
    { kind: 'app', id: 'balancer', name: 'Balancer', hostId: 'bms', connectionState: 'connected', facets: facets() },
    { kind: 'area', id: 'rear', name: 'Rear', members: ['bms'], connectionState: 'connected', facets: {} },
  ]
  const stack = new AsyncDisposableStack()
  const diagnostics = stack.use(
    openDiagnostics({
      clock,
      log,
      createId: randomUUID,
      backends: [new MemoryBackend('memory', entities)],
      executions: { pollMs: 1 },
    }),
  )
  const identity = { serverName: 'checked', serverVersion: '1', description: '' }
  const server = stack.use(await openSovdServer({ diagnostics, clock, log, host: '127.0.0.1', port: 0, ...identity }))
  return { url: server.url, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

async function resultsOf(url: string, permitted = ALL, only?: string): Promise<readonly Result[]> {
  const { signal } = new AbortController()
  const client = new Client({ base: url, headers: { 'x-sovd-client-id': 'test' }, timeoutMs: 10_000, signal })
  const target = await lookAround(client.at(await findBase(client)))
  const results: Result[] = []
  const isWanted = (operation: string) => only === undefined || only === operation
  for await (const result of runChecks(target, permitted, isWanted)) results.push(result)
  return results
}

function failuresIn(results: readonly Result[]): readonly string[] {
  return results.flatMap(({ check, verdict }) =>
    verdict.outcome === 'failed' ? verdict.failures.map((failure) => `${check.operation}: ${failure}`) : [],
  )
}

describe('the conformance checks', () => {
  test('are one for each of the 94 operations', () => {
    const ofStandard = CHECKS.filter(({ isExtra }) => !isExtra).map(({ operation }) => operation)
    assert.equal(ofStandard.length, 94)
    assert.equal(new Set(ofStandard).size, 94)
  })

  test('find nothing wrong with our own server', async () => {
    await using server = await openServer()
    const results = await resultsOf(server.url)
    assert.deepEqual(failuresIn(results), [])
    const passed = results.filter(({ verdict }) => verdict.outcome === 'passed')
    for (const operation of ['GET /areas/{area-id}/contains', 'PUT {E}/data/{data-id}', 'DELETE {E}/faults']) {
      assert.ok(
        passed.some(({ check }) => check.operation === operation),
        operation,
      )
    }
    assert.match(summaryOf(results), /^\d+ of 94 operations exercised, \d+ passed, 0 failed, /)
  })

  test('change nothing unless they may', async () => {
    await using server = await openServer()
    const methods = new Set<string>()
    await using spy = await openProxy(server.url, ({ method = '' }) => {
      methods.add(method)
    })
    const results = await resultsOf(`${spy.url}/vehicle/v1`, new Set<Impact>(['reads']))
    assert.deepEqual(failuresIn(results), [])
    assert.deepEqual([...methods], ['GET'])
    for (const { check, verdict } of results) {
      if (check.impact !== 'reads') assert.equal(verdict.outcome, 'not-exercised', check.operation)
    }
  })
})

/** What a server may do wrong, and where that has to be found. */
interface Fault {
  readonly what: string
  readonly found: string
  readonly message: RegExp
  change(answer: Answered): void
}

interface Answered {
  readonly method: string
  readonly url: string
  status: number
  readonly headers: Record<string, string | string[] | undefined>
  body: string
}

function editJson(answer: Answered, edit: (json: Record<string, unknown>) => void): void {
  if (answer.body === '') return
  const json: unknown = JSON.parse(answer.body)
  if (typeof json === 'object' && json !== null) edit(json as Record<string, unknown>)
  answer.body = JSON.stringify(json)
}

const FAULTS: readonly Fault[] = [
  {
    what: 'forgets Location',
    found: 'POST {E}/locks',
    message: /201 without Location/,
    change: ({ headers }) => {
      delete headers.location
    },
  },
  {
    what: 'has errors of its own kind',
    found: 'GET {E}/data',
    message: /error 404: .*error_code/,
    change: (answer) => {
      if (answer.status >= 400) answer.body = '{"error":"no"}'
    },
  },
  {
    what: 'does not say what is vendor-specific',
    found: 'GET {E}',
    message: /vendor_code/,
    change: (answer) => {
      if (answer.status >= 400) editJson(answer, (json) => delete json.vendor_code)
    },
  },
  {
    what: 'does not filter',
    found: 'GET {E}/faults',
    message: /severity=1: expected 200 and no items/,
    change: (answer) => {
      if (answer.url.includes('severity=')) answer.body = '{"items":[{"code":"P1","fault_name":"F","severity":4}]}'
    },
  },
  {
    what: 'leaves out what is required',
    found: 'GET {E}/data',
    message: /must have required property 'category'/,
    change: (answer) => {
      if (answer.url.endsWith('/data')) answer.body = '{"items":[{"id":"a","name":"A"}]}'
    },
  },
  {
    what: 'brings schemas that do not fit',
    found: 'GET {E}/data/{data-id}',
    message: /does not fit the schema it brings/,
    change: (answer) => {
      if (answer.url.includes('include-schema'))
        editJson(answer, (json) => Object.assign(json, { schema: { type: 'array' } }))
    },
  },
  {
    what: 'finds what is not there',
    found: 'GET {E}/modes/{mode-id}',
    message: /expected to be refused with 404/,
    change: (answer) => {
      if (answer.url.includes('/modes/sovd-conformance-nobody')) answer.status = 200
    },
  },
  {
    what: 'does not know its relations in both directions',
    found: 'GET /components/{component-id}/hosts',
    message: /expected is-located-on to lead to \/components\/bms/,
    change: (answer) => {
      if (answer.url.endsWith('/apps/balancer')) editJson(answer, (json) => delete json['is-located-on'])
    },
  },
  {
    what: 'describes itself badly',
    found: 'GET /{any-path}/docs',
    message: /x-sovd-version/,
    change: (answer) => {
      if (answer.url.endsWith('/docs') && answer.status === 200)
        editJson(answer, (json) => Object.assign(json, { info: {} }))
    },
  },
  {
    what: 'keeps what was deleted',
    found: 'DELETE {E}/locks/{lock-id}',
    message: /expected to be refused with 404/,
    change: (answer) => {
      if (answer.method === 'GET' && /\/locks\/[0-9a-f-]{36}$/.test(answer.url)) answer.status = 200
    },
  },
]

describe('the conformance checks find a server that', () => {
  for (const { what, found, message, change } of FAULTS) {
    test(what, async () => {
      await using server = await openServer()
      await using proxy = await openProxy(server.url, () => {}, change)
      const results = await resultsOf(`${proxy.url}/vehicle/v1`)
      const failures = failuresIn(results).filter((failure) => failure.startsWith(`${found}: `))
      assert.ok(
        failures.some((failure) => message.test(failure)),
        `${found}: ${failuresIn(results).join('\n')}`,
      )
    })
  }
})

test('a report says of each check what came of it, for people and for machines', () => {
  const [check] = CHECKS
  assert.ok(check)
  const results: Result[] = [
    { check, verdict: { outcome: 'passed' } },
    { check, verdict: { outcome: 'failed', failures: ['a < b & "c"\u0000', 'more'] } },
    { check, verdict: { outcome: 'not-offered', reason: '501' } },
    { check, verdict: { outcome: 'not-exercised', reason: 'empty' } },
  ]
  assert.deepEqual(results.flatMap(linesOf), [
    'ok   GET /version-info [7.4]',
    'FAIL GET /version-info [7.4]',
    '       a < b & "c"\u0000',
    '       more',
    '-    GET /version-info [7.4] — not offered: 501',
    '?    GET /version-info [7.4] — not exercised: empty',
  ])
  const xml = junitOf('x', results)
  assert.match(xml, /<testsuites tests="4" failures="1" skipped="2">/)
  assert.match(xml, /<failure message="a &lt; b &amp; &quot;c&quot;">/)
  assert.equal(xml.match(/<testcase /g)?.length, 4)
})

/** Passes requests on, with a look at each and a change to each answer; addresses lead back to it. */
async function openProxy(
  to: string,
  see: (incoming: IncomingMessage) => void,
  change: (answer: Answered) => void = () => {},
) {
  const server = createServer((incoming, outgoing) => {
    see(incoming)
    const { method = '', url = '', headers } = incoming
    const onward = request(
      `${to}${url}`,
      { method, headers },
      (reply) => void pass(reply, { method, url }, outgoing, change),
    )
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function pass(
  reply: IncomingMessage,
  { method, url }: { readonly method: string; readonly url: string },
  outgoing: ServerResponse,
  change: (answer: Answered) => void,
): Promise<void> {
  if (reply.headers['content-type']?.startsWith('text/event-stream')) {
    outgoing.writeHead(reply.statusCode ?? 0, reply.headers)
    reply.pipe(outgoing)
    return
  }
  const chunks: Buffer[] = []
  for await (const chunk of reply) chunks.push(chunk)
  const { 'content-length': _, 'transfer-encoding': __, ...headers } = reply.headers
  const answer = { method, url, status: reply.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString() }
  change(answer)
  outgoing.writeHead(answer.status, answer.headers).end(answer.body)
}
