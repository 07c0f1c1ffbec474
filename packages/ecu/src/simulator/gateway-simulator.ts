import { messageOf } from '@opensovd/base'
import { type Address, type DoipEntity, type EntitySettings, openDoipEntity, type Runtime } from '@opensovd/uds'
import type { Description } from '../description/schema/description.ts'
import { EcuSimulator } from './ecu-simulator.ts'
import { fragmentingNetwork } from './fragmenting-network.ts'
import type { CommandKeys } from './key-provider.ts'

export interface GatewaySimulatorOptions extends Omit<EntitySettings, 'identity'> {
  readonly commandKeys?: CommandKeys
}

/** A DoIP gateway with simulated ECUs behind it. */
export interface GatewaySimulator extends AsyncDisposable {
  readonly addresses: { readonly tcp: Address; readonly udp: Address; readonly tls?: Address }
  readonly ecus: readonly EcuSimulator[]
  /** @throws RangeError when there is no such ECU */
  ecu(id: string): EcuSimulator
  /** Closes all connections, as a restart of the gateway does. */
  dropConnections(): Promise<void>
}

/**
 * Opens the gateway of a description and starts its ECUs.
 * @throws what the network throws when a port cannot be had; nothing stays open then
 */
export async function openGatewaySimulator(
  runtime: Runtime,
  description: Description,
  { commandKeys, ...settings }: GatewaySimulatorOptions = {},
): Promise<GatewaySimulator> {
  const { gateway, ecus: described } = description
  const { clock, log } = runtime
  let entity: DoipEntity | undefined
  const dropConnections = async () => await entity?.dropConnections()
  const ecus = described.map(
    (ecu) =>
      new EcuSimulator(ecu, {
        clock,
        log,
        ...(commandKeys && { commandKeys }),
        dropConnections: () => {
          dropConnections().catch((error) => log.error('dropping connections failed', { error: messageOf(error) }))
        },
      }),
  )
  const stop = () => {
    for (const ecu of ecus) ecu[Symbol.dispose]()
  }
  const { fragment } = gateway.simulation
  const network = fragment ? fragmentingNetwork(runtime.network, clock, fragment) : runtime.network
  const { vin, eid, gid, address: logicalAddress } = gateway
  try {
    const opened = await openDoipEntity(
      { ...runtime, network },
      { ...settings, identity: { vin, eid, gid, logicalAddress } },
      ecus,
    )
    entity = opened
    const { addresses } = opened
    if (!addresses) throw new TypeError('an open entity without addresses')
    return {
      addresses,
      ecus,
      ecu: (id) => {
        const found = ecus.find((ecu) => ecu.id === id)
        if (!found) throw new RangeError(`there is no ECU ${id}`)
        return found
      },
      dropConnections,
      [Symbol.asyncDispose]: async () => {
        await opened[Symbol.asyncDispose]()
        stop()
      },
    }
  } catch (error) {
    stop()
    throw error
  }
}
