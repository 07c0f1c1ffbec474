import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { commandKey } from './command-key.ts'

const challenge = { ecu: 0x1001, level: 1, seed: fromHex('3657') }

/** A key program in JavaScript: `body` sees the challenge as `c`. */
function program(body: string, timeoutMs?: number) {
  const script = `let text = ''; process.stdin.on('data', (d) => text += d).on('end', () => { const c = JSON.parse(text); ${body} })`
  return commandKey({ command: process.execPath, args: ['-e', script], ...(timeoutMs && { timeoutMs }) })
}

test('gives the program the challenge and takes its key', async () => {
  const provider = program(
    'if (c.ecu !== 4097 || c.level !== 1) process.exit(1); console.log((0x10000 - parseInt(c.seed, 16)).toString(16))',
  )
  assert.equal(toHex(await provider.key(challenge)), 'c9a9')
})

for (const [what, body, problem] of [
  ['fails', 'process.exit(3)', /ended with exit code 3/],
  ['prints no key', 'console.log("secret")', /did not print a key in hex digits/],
  ['prints nothing', '', /did not print a key in hex digits/],
  ['prints without end', 'setInterval(() => console.log("00".repeat(1000)), 0)', /ended with signal SIGKILL/],
] as const) {
  test(`reports a program that ${what}, without what it printed`, async () => {
    await assert.rejects(program(body).key(challenge), (error) => {
      assert(error instanceof Error)
      assert.match(error.message, problem)
      assert.doesNotMatch(error.message, /secret/)
      return true
    })
  })
}

test('kills a program that takes too long, and one whose caller gave up', async () => {
  await assert.rejects(program('setInterval(() => {}, 1000)', 300).key(challenge), /did not end within 300 ms/)
  const abort = new AbortController()
  const asking = assert.rejects(program('setInterval(() => {}, 1000)').key(challenge, abort.signal), /enough/)
  abort.abort(new Error('enough'))
  await asking
})

test('reports a program that does not exist', async () => {
  await assert.rejects(commandKey({ command: '/nonexistent/key-program' }).key(challenge), /ENOENT/)
})
