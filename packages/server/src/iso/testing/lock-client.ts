import assert from 'node:assert/strict'
import type { Fixture, Reply } from '../../testing/fixture.ts'

export type Send = (method: string, path: string, body?: unknown) => Promise<Reply>

/** Sends as the client of that name. */
export function sendAs(fixture: Fixture, name: string): Send {
  return (method, path, body) => fixture.send(method, path, body, { 'x-sovd-client-id': name })
}

/** Locks and returns the path of the lock. */
export async function acquire(send: Send, at: string, body: object = { lock_expiration: 60 }): Promise<string> {
  const reply = await send('POST', at, body)
  assert.equal(reply.status, 201, reply.text)
  return `${at}/${reply.json.id}`
}

export function assertConflict(reply: Reply, code: string, message: RegExp): void {
  assert.equal(reply.status, 409, reply.text)
  assert.equal(reply.json.error_code, code)
  assert.match(reply.json.message, message)
}
