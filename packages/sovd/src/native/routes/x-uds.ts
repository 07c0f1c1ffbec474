import type { ResourceCollection } from '../../resource-collection.ts'
import { collection, created, empty, json, route } from '../../route.ts'
import { Execution } from '../resources/operation.ts'
import {
  CommControlRequest,
  DtcSettingRequest,
  FlashRequest,
  IoControlRequest,
  IoState,
  Keepalive,
  Memory,
  MemoryQuery,
  MemoryWrite,
  RawMessage,
  SecurityAccess,
  SecurityAccessRequest,
  SecurityLevel,
} from '../resources/x-uds.ts'
import { BACKEND_READ_ERRORS, BACKEND_WRITE_ERRORS } from './errors.ts'

const tag = 'uds'
const component = '/x-uds/components/{componentId}'

/** What every change of an ECU has in common. */
const write = { tag, permission: 'uds:write', errors: BACKEND_WRITE_ERRORS } as const
const read = { tag, permission: 'uds:read', errors: BACKEND_READ_ERRORS } as const

function connection<const P extends string>(path: P, summary: string) {
  const mutates: ResourceCollection = 'modes'
  return route({ ...write, method: 'POST', path, mutates, summary, reply: empty })
}

export const udsRoutes = {
  connectEcu: connection(`${component}/connect`, 'Connect an ECU, and let requests go to it again'),
  disconnectEcu: connection(`${component}/disconnect`, 'End the session of an ECU and ask nothing of it any more'),
  controlIo: route({
    ...write,
    method: 'POST',
    path: `${component}/io/{dataId}`,
    mutates: 'operations',
    summary: 'Control an input or output of an ECU; the end of the lock gives it back',
    body: IoControlRequest,
    reply: json(IoState),
  }),
  controlCommunication: route({
    ...write,
    method: 'POST',
    path: `${component}/comm-control`,
    mutates: 'modes',
    summary: 'Stop messages of an ECU, or let them go again; the end of the lock does that',
    body: CommControlRequest,
    reply: empty,
  }),
  controlDtcSetting: route({
    ...write,
    method: 'POST',
    path: `${component}/dtc-setting`,
    mutates: 'modes',
    summary: 'Let an ECU store trouble codes or not; the end of the lock lets it',
    body: DtcSettingRequest,
    reply: empty,
  }),
  readMemory: route({
    ...read,
    method: 'GET',
    path: `${component}/memory`,
    summary: 'Read memory of an ECU, where the configuration allows it',
    query: MemoryQuery,
    reply: json(Memory),
  }),
  writeMemory: route({
    ...write,
    method: 'PUT',
    path: `${component}/memory`,
    mutates: 'data',
    summary: 'Write memory of an ECU, where the configuration allows it',
    body: MemoryWrite,
    reply: empty,
  }),
  flashEcu: route({
    ...write,
    permission: 'uds:flash',
    method: 'POST',
    path: `${component}/flash`,
    mutates: 'updates',
    summary: 'Program an ECU; follow it at the Location',
    body: FlashRequest,
    maxBodyBytes: 64 * 1024 * 1024,
    reply: created(Execution, 202),
  }),
  listSecurityLevels: route({
    ...read,
    method: 'GET',
    path: `${component}/security-levels`,
    summary: 'Security levels of an ECU',
    reply: collection('securityLevels', SecurityLevel),
  }),
  accessSecurity: route({
    ...write,
    permission: 'uds:security',
    method: 'POST',
    path: `${component}/security-access`,
    mutates: 'modes',
    summary: 'Ask an ECU for a seed, or send it the key',
    body: SecurityAccessRequest,
    reply: json(SecurityAccess),
  }),
  sendRawMessage: route({
    ...write,
    permission: 'uds:raw',
    method: 'POST',
    path: `${component}/raw`,
    mutates: 'operations',
    summary: 'Pass a UDS message through to an ECU, where the configuration allows it',
    body: RawMessage,
    reply: json(RawMessage),
  }),
  readKeepalive: route({
    ...read,
    method: 'GET',
    path: '/x-uds/diag/keepalive',
    summary: 'Sessions that are kept alive by tester present',
    reply: json(Keepalive),
  }),
} as const
