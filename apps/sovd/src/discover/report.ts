import { type DiscoveredEntity, FURTHER_ACTION, SYNC_STATUS } from '@opensovd/uds'
import type { FoundService } from './dns-sd.ts'

export interface Found {
  readonly entities: readonly DiscoveredEntity[]
  readonly servers: readonly FoundService[]
}

/** What was found, as JSON. */
export function jsonOf({ entities, servers }: Found): string {
  return JSON.stringify({ entities: entities.map(entityView), servers }, undefined, 2)
}

/** What was found, for people. */
export function textOf({ entities, servers }: Found): string {
  const lines = [
    ...entities
      .map(entityView)
      .flatMap((entity) => [
        `DoIP entity ${entity.logicalAddress} at ${entity.address}`,
        `  VIN            ${entity.vin || 'not set'}`,
        `  EID, GID       ${entity.eid}, ${entity.gid}`,
        `  sync state     ${entity.syncStatus ?? 'not told'}`,
        `  further action ${entity.furtherAction}`,
        `  version        ${entity.protocolVersion}`,
      ]),
    ...servers.flatMap(({ name, host, port, addresses, txt }) => [
      `SOVD server "${name}" at ${host}:${port}`,
      `  addresses      ${addresses.join(', ') || 'not told'}`,
      ...txt.map((text) => `  ${text}`),
    ]),
  ]
  const { length } = entities
  const summary = `${length} DoIP ${length === 1 ? 'entity' : 'entities'}, ${servers.length} SOVD server${servers.length === 1 ? '' : 's'}`
  return [...lines, summary].join('\n')
}

function entityView({ host, version, vin, logicalAddress, eid, gid, furtherAction, syncStatus }: DiscoveredEntity) {
  return {
    address: host,
    logicalAddress: `0x${logicalAddress.toString(16).padStart(4, '0')}`,
    vin,
    eid,
    gid,
    furtherAction: nameIn(FURTHER_ACTION, furtherAction),
    ...(syncStatus !== undefined && { syncStatus: nameIn(SYNC_STATUS, syncStatus) }),
    protocolVersion: version,
  }
}

function nameIn(table: Readonly<Record<string, number>>, code: number): string {
  const name = Object.keys(table).find((key) => table[key] === code)
  return name?.toLowerCase().replaceAll('_', ' ') ?? `0x${code.toString(16).padStart(2, '0')}`
}
