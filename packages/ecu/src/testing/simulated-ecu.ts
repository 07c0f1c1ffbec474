import { readFileSync } from 'node:fs'
import { type Logger, silentLogger } from '@opensovd/base'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { FakeClock, settle } from '@opensovd/base/testing'
import { parse } from 'yaml'
import { readDescription } from '../description/read-description.ts'
import type { Description } from '../description/schema/description.ts'
import { EcuSimulator } from '../simulator/ecu-simulator.ts'

/** The description that the project ships. */
export function shippedDescription(): Description {
  const file = new URL('../../../../docs/examples/ecus/powertrain.yaml', import.meta.url)
  return readDescription({ value: parse(readFileSync(file, 'utf8')) })
}

/** A description of one ECU at 0x1001, from what is special about it. */
export function describeEcu(ecu: Readonly<Record<string, unknown>>): Description {
  return readDescription({
    value: {
      version: 1,
      gateway: { address: 1, vin: 'W0L000043MB541326', eid: '0a0000000001', gid: '0a0000000002' },
      ecus: [{ id: 'one', address: 0x1001, ...ecu }],
    },
  })
}

/** A simulated ECU that is asked byte by byte, without a network. */
export function simulate(description: Description, id?: string, log: Logger = silentLogger) {
  const clock = new FakeClock()
  const described = description.ecus.find((ecu) => id === undefined || ecu.id === id)
  if (!described) throw new TypeError(`there is no ECU ${id}`)
  const drops: number[] = []
  const ecu = new EcuSimulator(described, {
    clock,
    log,
    dropConnections: () => void drops.push(clock.monotonic()),
  })
  const answers: string[] = []
  /** Asks, lets time go on, and gives the answers as hex. */
  const ask = async (request: string, waitMs = 0): Promise<string> => {
    const message = { tester: 0x0e80, functional: false, data: fromHex(request) }
    const nack = ecu.refuse(message)
    if (nack !== undefined) return `nack ${nack.toString(16)}`
    ecu.receive(message, (answer) => answers.push(toHex(answer)))
    await (waitMs === 0 ? settle() : clock.advance(waitMs))
    return answers.splice(0).join(' ')
  }
  return { clock, ecu, ask, drops }
}
