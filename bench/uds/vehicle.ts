import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { type Description, readDescription } from '@opensovd/ecu'
import { nodeNetwork } from '@opensovd/uds/node'

export const HOST = '127.0.0.1'
export const runtime = { clock: systemClock, log: silentLogger, network: nodeNetwork() }
export const FIRST_ADDRESS = 0x1000
/** Of the memory that can be programmed. */
export const MEMORY_BYTES = 16 * 1024 * 1024
export const DID = 0xf190

/** So many ECUs behind one DoIP entity; the first one has memory. */
export function describe(ecus: number, maxBlockLength = 0x402): Description {
  return readDescription({
    value: {
      version: 1,
      gateway: { address: 1, vin: 'W0L000043MB541326', eid: '0a0000000001', gid: '0a0000000002' },
      ecus: Array.from({ length: ecus }, (_, at) => ({
        id: `e${at}`,
        address: FIRST_ADDRESS + at,
        sessions: [{ id: 'programming', session: 2 }],
        data: [{ id: 'vin', did: DID, encoding: { type: 'text', length: 17 } }],
        ...(at === 0 && {
          memory: [{ id: 'application', address: 0, size: MEMORY_BYTES, download: {} }],
          flash: { session: 'programming', maxBlockLength },
        }),
        simulation: { values: { vin: 'W0L000043MB541326' } },
      })),
    },
  })
}

/** A diagnostic message that reads the DID of one ECU, as bytes on the wire. */
export function readRequest(target: number): Buffer {
  return Buffer.from(`02fd8001000000070e80${target.toString(16).padStart(4, '0')}22f190`, 'hex')
}
