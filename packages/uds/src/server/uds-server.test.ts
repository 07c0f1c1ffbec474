import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { FakeClock, settle } from '@opensovd/base/testing'
import { NRC } from '../codec/nrc.ts'
import { ServiceRefusal } from './refusal.ts'
import { securityAccessHandler } from './security-access.ts'
import { UdsServer, type UdsServerOptions } from './uds-server.ts'

const VIN = '57304c3030303034334d42353431333236'

function setUp(options: Partial<UdsServerOptions> = {}) {
  const clock = new FakeClock()
  const sent: string[] = []
  const server = new UdsServer(
    { clock, log: silentLogger },
    {
      logicalAddress: 0x1001,
      sessions: { 2: { sessions: [0x03] }, 3: { timing: { p2Ms: 100, p2StarMs: 2000 } } },
      ...options,
      services: {
        readDataByIdentifier: {
          handle: ({ dids: [did = 0] }) => {
            if (did !== 0xf190) throw new ServiceRefusal(NRC.requestOutOfRange)
            return { did, data: fromHex(VIN) }
          },
        },
        ...options.services,
      },
    },
  )
  const receive = (hex: string, functional = false) =>
    server.receive({ tester: 0x0e00, functional, data: fromHex(hex) }, (answer) => sent.push(toHex(answer)))
  const ask = async (hex: string, functional = false) => {
    receive(hex, functional)
    await settle()
    return sent.splice(0)
  }
  return { clock, server, sent, receive, ask }
}

test('answers by the handler of the service', async () => {
  const { ask } = setUp()
  assert.deepEqual(await ask('22f190'), [`62f190${VIN}`])
})

for (const [request, answer, why] of [
  ['3101ff00', '7f3111', 'a service without handler'],
  ['ba00', '7fba11', 'a service that nobody knows'],
  ['22f18c', '7f2231', 'what the handler refuses'],
  ['22f1', '7f2213', 'a request that is too short'],
  ['22', '7f2213', 'a request without parameters'],
  ['10', '7f1013', 'a missing sub-function'],
  ['1004', '7f1012', 'a sub-function that is not there'],
  ['1002', '7f107e', 'a sub-function of another session'],
  ['100300', '7f1013', 'a request that is too long'],
  ['3e01', '7f3e12', 'a sub-function of TesterPresent that is not there'],
] as const) {
  test(`refuses ${why}: ${request}`, async () => {
    const { ask } = setUp()
    assert.deepEqual(await ask(request), [answer])
  })
}

// ISO 14229-1:2020 12.3 and 11.6, as the test suite of the iso14229 C library has them.
test('tells a wrong length from a format that is out of range', async () => {
  const { ask } = setUp({
    services: {
      clearDiagnosticInformation: { handle: () => ({}) },
      dynamicallyDefineDataIdentifier: { handle: () => ({ definition: 2, did: 0xf302 }) },
    },
  })
  assert.deepEqual(await ask('14ffff'), ['7f1413'])
  assert.deepEqual(await ask('14ffff33'), ['54'])
  assert.deepEqual(await ask('2c02f3021421091969'), ['7f2c13'])
  assert.deepEqual(await ask('2c02f3020021091969012109196b021310199501'), ['7f2c31'])
  assert.deepEqual(await ask('2c02f3021421091969012109196b021310199501'), ['6c02f302'])
})

test('keeps services to their sessions, security levels and to testers that authenticated', async () => {
  const { ask, server } = setUp({
    services: {
      routineControl: {
        sessions: [0x03],
        securityLevels: [0x01],
        handle: ({ routineControlType, routineId }) => ({ routineControlType, routineId, data: fromHex('') }),
      },
      communicationControl: {
        subFunctions: { 0: {}, 1: { sessions: [0x02] }, 3: { securityLevels: [0x01] } },
        handle: ({ controlType }) => ({ controlType }),
      },
      writeDataByIdentifier: { authenticated: true, handle: ({ did }) => ({ did }) },
    },
  })
  assert.deepEqual(await ask('3101ff00'), ['7f317f'])
  assert.deepEqual(await ask('1003'), ['5003006400c8'])
  assert.deepEqual(await ask('3101ff00'), ['7f3133'])
  assert.deepEqual(await ask('280301'), ['7f2833'])
  assert.deepEqual(await ask('280101'), ['7f287e'])
  assert.deepEqual(await ask('2e123400'), ['7f2e34'])
  server.state.unlock(1)
  server.state.authenticate(true)
  assert.deepEqual(await ask('3101ff00'), ['7101ff00'])
  assert.deepEqual(await ask('280301'), ['6803'])
  assert.deepEqual(await ask('2e123400'), ['6e1234'])
})

test('passes services of the maker to raw handlers', async () => {
  const { ask } = setUp({
    rawServices: new Map([[0xba, { sessions: [0x03], handle: (data: Uint8Array) => data.slice().reverse() }]]),
  })
  assert.deepEqual(await ask('ba0102'), ['7fba7f'])
  await ask('1003')
  assert.deepEqual(await ask('ba0102'), ['fa0201'])
})

test('answers generalReject when a handler fails, or gives what cannot be written', async () => {
  const { ask } = setUp({
    services: {
      ecuReset: {
        handle: () => {
          throw new Error('bug')
        },
      },
      writeDataByIdentifier: { handle: () => ({ did: 0x10000 }) },
    },
  })
  assert.deepEqual(await ask('1101'), ['7f1110'])
  assert.deepEqual(await ask('2e123400'), ['7f2e10'])
})

test('sends no positive answer when asked not to, but a negative one', async () => {
  const { ask, server } = setUp()
  assert.deepEqual(await ask('3e80'), [])
  assert.deepEqual(await ask('1083'), [])
  assert.equal(server.state.current.session, 3)
  assert.deepEqual(await ask('1084'), ['7f1012'])
})

for (const [request, answer] of [
  ['3101ff00', []],
  ['22f18c', []],
  ['1004', []],
  ['1002', []],
  ['22f1', ['7f2213']],
  ['3e80', []],
  ['3e00', ['7e00']],
] as const) {
  test(`answers a group request ${request} with ${answer[0] ?? 'silence'}`, async () => {
    const { ask } = setUp()
    assert.deepEqual(await ask(request, true), answer)
  })
}

function slow() {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const setup = setUp({
    services: {
      routineControl: {
        handle: async ({ routineControlType, routineId }) => {
          await promise
          return { routineControlType, routineId, data: fromHex('') }
        },
      },
    },
  })
  return { ...setup, resolve, reject }
}

test('says response pending before P2 and again before P2* is over', async () => {
  const { clock, receive, sent, resolve } = slow()
  receive('3101ff00')
  await clock.advance(34)
  assert.deepEqual(sent, [])
  await clock.advance(1)
  assert.deepEqual(sent, ['7f3178'])
  await clock.advance(3500)
  assert.deepEqual(sent, ['7f3178', '7f3178'])
  resolve()
  await settle()
  assert.deepEqual(sent, ['7f3178', '7f3178', '7101ff00'])
  assert.equal(clock.pending, 0)
})

test('after response pending, the answer is sent even if it was suppressed or would be silent', async () => {
  const suppressed = slow()
  suppressed.receive('3181ff00')
  await suppressed.clock.advance(35)
  suppressed.resolve()
  await settle()
  assert.deepEqual(suppressed.sent, ['7f3178', '7101ff00'])
  const refused = slow()
  refused.receive('3101ff00', true)
  await refused.clock.advance(35)
  refused.reject(new ServiceRefusal(NRC.requestOutOfRange))
  await settle()
  assert.deepEqual(refused.sent, ['7f3178', '7f3131'])
})

test('answers busyRepeatRequest while it works, but lets testers be present', async () => {
  const { ask, receive, sent, resolve } = slow()
  receive('3101ff00')
  assert.deepEqual(await ask('22f190'), ['7f2221'])
  assert.deepEqual(await ask('3e00'), ['7e00'])
  assert.deepEqual(await ask('3e80', true), [])
  resolve()
  await settle()
  assert.deepEqual(sent, ['7101ff00'])
})

test('a session ends by itself five seconds after the last request, and locks the ECU', async () => {
  const { ask, clock, server } = setUp()
  const changes: string[] = []
  await ask('1003')
  server.state.unlock(1)
  server.state.onChange(({ state, reason }) => changes.push(`${state.session} ${state.securityLevel} ${reason}`))
  await clock.advance(4999)
  await ask('3e80')
  await clock.advance(4999)
  assert.deepEqual(changes, [])
  await clock.advance(1)
  assert.deepEqual(changes, ['1 undefined timeout'])
  assert.equal(clock.pending, 0)
})

test('a session does not end while a request is worked on', async () => {
  const { clock, receive, ask, server, resolve } = slow()
  await ask('1003')
  receive('3101ff00')
  await clock.advance(60_000)
  await ask('3e80')
  await clock.advance(60_000)
  assert.equal(server.state.current.session, 3)
  resolve()
  await settle()
  await clock.advance(5000)
  assert.equal(server.state.current.session, 1)
})

test('a reset ends the request under way without an answer, and the session', async () => {
  const { clock, receive, ask, server, sent, resolve } = slow()
  await ask('1003')
  receive('3101ff00')
  await settle()
  server.reset()
  assert.equal(server.state.current.session, 1)
  assert.deepEqual(await ask('22f190'), [`62f190${VIN}`])
  resolve()
  await clock.advance(10_000)
  assert.deepEqual(sent, [])
  assert.equal(clock.pending, 0)
})

test('a restart comes after its answer', async () => {
  const answersBeforeRestart: number[] = []
  const { ask, sent } = setUp({
    services: {
      ecuReset: {
        handle: ({ resetType }, context) => {
          context.afterAnswer(() => answersBeforeRestart.push(sent.length))
          return { resetType }
        },
      },
    },
  })
  assert.deepEqual(await ask('1101'), ['5101'])
  assert.deepEqual(answersBeforeRestart, [1])
})

test('answers nothing once closed', async () => {
  const { ask, server, clock } = setUp()
  await ask('1003')
  server[Symbol.dispose]()
  server[Symbol.dispose]()
  assert.deepEqual(await ask('22f190'), [])
  assert.equal(clock.pending, 0)
})

// Seed and key of ISO 14229-1:2020 10.4.5; the order of answers is that of its annex I.
function lockable() {
  const clock = new FakeClock()
  const levels = [
    {
      level: 1,
      sessions: [0x03],
      seed: () => fromHex('3657'),
      accepts: (_seed: Uint8Array, key: Uint8Array) => toHex(key) === 'c9a9',
    },
    { level: 3, seed: () => fromHex('1234'), accepts: () => true },
  ]
  const securityAccess = securityAccessHandler(clock, levels, { maxAttempts: 3, delayMs: 10_000 })
  const sent: string[] = []
  const server = new UdsServer(
    { clock, log: silentLogger },
    { logicalAddress: 1, sessions: { 3: {} }, s3Ms: 60_000, services: { securityAccess } },
  )
  const ask = async (hex: string) => {
    server.receive({ tester: 0x0e00, functional: false, data: fromHex(hex) }, (answer) => sent.push(toHex(answer)))
    await settle()
    return sent.splice(0).join()
  }
  return { ask, clock, server }
}

test('unlocks for the right key, and gives a seed of zeros from then on', async () => {
  const { ask, server } = lockable()
  assert.equal(await ask('2701'), '7f277e')
  assert.equal(await ask('2705'), '7f2712')
  await ask('1003')
  assert.equal(await ask('2701'), '67013657')
  assert.equal(await ask('2702c9a9'), '6702')
  assert.equal(server.state.current.securityLevel, 1)
  assert.equal(await ask('2701'), '67010000')
})

test('wants a seed before each key, of the same level and in the same session', async () => {
  const { ask } = lockable()
  await ask('1003')
  assert.equal(await ask('2702c9a9'), '7f2724')
  await ask('2701')
  assert.equal(await ask('27041234'), '7f2724')
  assert.equal(await ask('2702c9a9'), '7f2724')
  await ask('2701')
  await ask('1003')
  assert.equal(await ask('2702c9a9'), '7f2724')
})

test('counts wrong keys, and gives no seed for a while after too many', async () => {
  const { ask, clock } = lockable()
  await ask('1003')
  for (const answer of ['7f2735', '7f2735', '7f2736']) {
    await ask('2701')
    assert.equal(await ask('2702ffff'), answer)
  }
  assert.equal(await ask('2701'), '7f2737')
  assert.equal(await ask('2703'), '67031234')
  await clock.advance(10_000)
  assert.equal(await ask('2701'), '67013657')
  assert.equal(await ask('2702c9a9'), '6702')
})
