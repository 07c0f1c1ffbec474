import { Socket } from 'node:net'
import { exit } from 'node:process'
import type { FromScript, ToScript } from '../messages.ts'

/** The program that a script runs in: it has the gateway at file descriptor 3, and nothing else. */
const gateway = new Socket({ fd: 3, readable: true, writable: true })
const stopping = new AbortController()
const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
let calls = 0

type Start = Extract<ToScript, { kind: 'start' }>

/** Integers that a double cannot hold are a `bigint`, both ways. */
function parse(text: string): ToScript {
  return JSON.parse(text, ((_key: string, value: unknown, { source }: { source: string }) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value) || !/^-?\d+$/.test(source)) return value
    return BigInt(source)
  }) as (key: string, value: unknown) => unknown)
}

function say(message: FromScript | { readonly kind: 'result'; readonly value: unknown }): void {
  const text = JSON.stringify(message, (_key, value: unknown) =>
    typeof value === 'bigint' ? JSON.rawJSON(String(value)) : value,
  )
  gateway.write(`${text}\n`)
}

function ask(method: string, ...args: readonly unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = ++calls
    say({ kind: 'call', call, method, args: args as Extract<FromScript, { kind: 'call' }>['args'] })
    waiting.set(call, { resolve, reject })
  })
}

const entityOf = ({ kind, id }: Start['entity']) =>
  Object.freeze({
    kind,
    id,
    data: Object.freeze({
      list: () => ask('data.list'),
      read: (dataId: unknown) => ask('data.read', dataId),
      write: (dataId: unknown, value: unknown) => ask('data.write', dataId, value),
    }),
    faults: Object.freeze({
      list: () => ask('faults.list'),
      clear: (faultId: unknown) => ask('faults.clear', faultId),
      clearAll: () => ask('faults.clearAll'),
    }),
    operations: Object.freeze({
      list: () => ask('operations.list'),
      run: (operationId: unknown, parameters: unknown = null, ...proof: readonly unknown[]) =>
        ask('operations.run', operationId, parameters, ...proof),
    }),
    modes: Object.freeze({
      list: () => ask('modes.list'),
      set: (mode: unknown, value: unknown) => ask('modes.set', mode, value),
    }),
  })

async function run({ url, entity, parameters, workFolder }: Start): Promise<void> {
  try {
    const { default: script } = await import(url)
    if (typeof script !== 'function') throw new TypeError('it exports no function as default')
    const value: unknown = await script({
      parameters,
      entity: entityOf(entity),
      log: (message: unknown) => say({ kind: 'log', message: String(message) }),
      signal: stopping.signal,
      workFolder,
    })
    if (value !== undefined && !isJson(value)) throw new TypeError('what it returned is not JSON')
    say({ kind: 'result', value })
  } catch (error) {
    fail(error)
  }
}

function isJson(value: unknown): boolean {
  return typeof value !== 'function' && typeof value !== 'symbol'
}

function fail(error: unknown): void {
  say({ kind: 'error', message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) })
}

function hear(message: ToScript): void {
  switch (message.kind) {
    case 'start':
      void run(message)
      break
    case 'answer':
      waiting.get(message.call)?.resolve(message.value)
      waiting.delete(message.call)
      break
    case 'refusal':
      waiting.get(message.call)?.reject(Object.assign(new Error(message.message), { code: message.code }))
      waiting.delete(message.call)
      break
    case 'stop':
      stopping.abort(new Error('the script was asked to stop'))
      break
  }
}

process.on('uncaughtException', fail)
let begun = ''
gateway.setEncoding('utf8')
gateway.on('data', (text: string) => {
  const lines = (begun + text).split('\n')
  begun = lines.pop() ?? ''
  for (const line of lines) hear(parse(line))
})
gateway.on('close', () => exit(1))
