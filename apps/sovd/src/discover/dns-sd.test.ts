import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { systemClock } from '@opensovd/base/node'
import { QUERY, RESPONSE } from '@opensovd/integrations/mdns/testing'
import { nodeNetwork } from '@opensovd/uds/node'
import { browse } from './dns-sd.ts'

const HOST = '127.0.0.1'
const TYPE = ['_sovd', '_tcp', 'local']
const runtime = { network: nodeNetwork(), clock: systemClock, log: silentLogger }
const NEVER = new AbortController().signal

/** Answers queries, by what follows their id, with these messages. */
async function browseAt(answers: Readonly<Record<string, readonly string[]>>) {
  await using responder = await runtime.network.openDatagram({ host: HOST, port: 0 })
  const asked: string[] = []
  responder.onDatagram(({ data, from }) => {
    const question = toHex(data).slice(24)
    asked.push(question)
    for (const answer of answers[question] ?? []) void responder.send(fromHex(answer), from)
  })
  const found = await browse(runtime, { type: TYPE, to: responder.local, localHost: HOST, collectMs: 150 }, NEVER)
  return { found, asked }
}

const PTR_QUESTION = QUERY.slice(24)
const GATE_WAY = {
  name: 'Gate Way',
  host: 'gateway.local',
  port: 7690,
  addresses: ['10.99.0.1'],
  txt: ['path=/vehicle/v1', 'identification=W0L000043MB541326'],
}

test('a server is found with its name, address and texts', async () => {
  const { found, asked } = await browseAt({ [PTR_QUESTION]: [RESPONSE, RESPONSE] })
  assert.deepEqual(found, [GATE_WAY])
  assert.deepEqual(asked, [PTR_QUESTION])
})

test('what an answer leaves out is asked for, and no more than once', async () => {
  const instance = '084761746520576179055f736f7664045f746370056c6f63616c00'
  const host = '0767617465776179056c6f63616c00'
  const answer = '000084000000000100000000'
  const ptr = `${answer}055f736f7664045f746370056c6f63616c00000c000100000078001b${instance}`
  const srv = `${answer}${instance}0021000100000078001500000000 1e0a${host}`
  const address = `${answer}${host}0001000100000078 0004 0a630001`
  const { found, asked } = await browseAt({
    [PTR_QUESTION]: [ptr, ptr],
    [`${instance}00ff0001`]: [srv],
    [`${host}00ff0001`]: [address],
  })
  assert.deepEqual(found, [{ ...GATE_WAY, txt: [] }])
  assert.deepEqual(asked, [PTR_QUESTION, `${instance}00ff0001`, `${host}00ff0001`])
})

test('nonsense, and queries of others, find nothing', async () => {
  const { found } = await browseAt({ [PTR_QUESTION]: ['00', 'ff'.repeat(40), QUERY] })
  assert.deepEqual(found, [])
})
