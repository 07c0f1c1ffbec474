import { FLASH_OPERATION } from '../flash/flash-run.ts'
import type { RunningBackend } from './running-backend.ts'
import { context } from './simulated-backend.ts'

export const ADDRESS = 0x8000
const OK = { type: 'enum', bits: 8, values: { 0: 'correct', 1: 'incorrect' } }
/** An ECU whose recipe has all steps for itself. */
export const ECU = {
  sessions: [
    { id: 'extended', session: 3 },
    { id: 'programming', session: 2, sessions: ['extended', 'programming'] },
  ],
  security: {
    levels: [{ id: 'flashing', level: 0x11, sessions: ['programming'], key: { type: 'add', constant: '0102' } }],
  },
  services: { reset: {} },
  data: [
    {
      id: 'fingerprint',
      did: 0xf15a,
      encoding: { type: 'bytes', length: 5 },
      write: { sessions: ['programming'], security: ['flashing'] },
    },
  ],
  routines: [
    { id: 'ready', routineId: 0x0203, start: { sessions: ['extended'], response: OK } },
    { id: 'erase', routineId: 0xff00, start: { security: ['flashing'], request: { type: 'bytes' } } },
    {
      id: 'verify',
      routineId: 0x0202,
      start: { security: ['flashing'], request: { type: 'uint', bits: 32 }, response: OK },
    },
    { id: 'consistent', routineId: 0xff01, start: { response: OK } },
  ],
  memory: [{ id: 'application', address: ADDRESS, size: 0x4000, flash: true, download: { security: ['flashing'] } }],
  flash: {
    preconditions: 'ready',
    session: 'programming',
    security: 'flashing',
    fingerprint: 'fingerprint',
    erase: 'erase',
    verify: 'verify',
    checksum: 'crc32',
    dependencies: 'consistent',
    maxBlockLength: 0x102,
  },
  simulation: { bootMs: 1500, routines: { erase: { durationMs: 400 } } },
}

/** 4000 bytes that do not repeat with the blocks. */
export const SOFTWARE = Uint8Array.from({ length: 4000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff)
export const PARAMETERS = { address: ADDRESS, data: Buffer.from(SOFTWARE).toString('base64') }

/** Programs the ECU `one`; the state that it ends in. */
export async function flash(running: RunningBackend, parameters: Parameters<typeof begin>[1] = PARAMETERS) {
  const { ask } = await begin(running, parameters)
  for (;;) {
    const state = await ask()
    if (state.status !== 'running') return state
    await running.clock.advance(100)
  }
}

/** Begins to program the ECU `one`. */
export async function begin(running: RunningBackend, parameters: typeof PARAMETERS & { fingerprint?: string }) {
  const operations = running.facet('operations')
  const started = await running.wait(operations.start(FLASH_OPERATION, parameters, context()))
  const id = started.id ?? ''
  return { id, operations, ask: () => operations.state(FLASH_OPERATION, id, context()) }
}
