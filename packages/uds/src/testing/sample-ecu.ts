import type { Clock, Logger } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import { DTC_FORMAT } from '../codec/dtc.ts'
import { NRC } from '../codec/nrc.ts'
import { DTC_REPORT } from '../codec/stored-data.ts'
import type { ServiceHandlers } from '../server/handlers.ts'
import { ServiceRefusal } from '../server/refusal.ts'
import { securityAccessHandler } from '../server/security-access.ts'
import { UdsServer } from '../server/uds-server.ts'

/** A small ECU for tests: identification, two DTCs, a security level, memory that can be programmed, a slow routine. */
export function sampleEcu(runtime: { readonly clock: Clock; readonly log: Logger }, logicalAddress: number) {
  const memory = new Uint8Array(4096)
  const data = new Map([
    [0xf190, fromHex('57304c3030303034334d42353431333236')],
    [0xf18c, fromHex(logicalAddress.toString(16).padStart(4, '0'))],
  ])
  let dtcs = [
    { dtc: 0x0a9b17, status: 0x24 },
    { dtc: 0x080511, status: 0x2f },
  ]
  const services: ServiceHandlers = {
    ecuReset: { subFunctions: { 1: {}, 3: {} }, handle: ({ resetType }) => ({ resetType }) },
    clearDiagnosticInformation: {
      handle: () => {
        dtcs = []
        return {}
      },
    },
    readDtcInformation: {
      subFunctions: { 1: {}, 2: {} },
      handle: (request) => {
        if (request.reportType === DTC_REPORT.NUMBER_BY_STATUS_MASK) {
          const { reportType } = request
          return { reportType, statusAvailabilityMask: 0x7f, dtcFormat: DTC_FORMAT.ISO_14229_1, count: dtcs.length }
        }
        if (request.reportType !== DTC_REPORT.BY_STATUS_MASK) throw new ServiceRefusal(NRC.subFunctionNotSupported)
        const { reportType, statusMask } = request
        const matching = dtcs.filter(({ status }) => (status & statusMask) !== 0)
        return { reportType, statusAvailabilityMask: 0x7f, dtcs: matching }
      },
    },
    readDataByIdentifier: {
      handle: ({ dids: [did = 0] }) => {
        const value = data.get(did)
        if (!value) throw new ServiceRefusal(NRC.requestOutOfRange)
        return { did, data: value }
      },
    },
    writeDataByIdentifier: {
      securityLevels: [1],
      handle: ({ did, data: value }) => {
        data.set(did, value.slice())
        return { did }
      },
    },
    securityAccess: securityAccessHandler(runtime.clock, [
      {
        level: 1,
        sessions: [2, 3],
        seed: () => fromHex('3657'),
        accepts: (_seed, key) => key[0] === 0xc9 && key[1] === 0xa9 && key.length === 2,
      },
    ]),
    routineControl: {
      sessions: [3],
      handle: async ({ routineControlType, routineId }, { signal }) => {
        await runtime.clock.sleep(300, signal)
        return { routineControlType, routineId, data: fromHex('00') }
      },
    },
    ...transferServices(memory),
  }
  const server = new UdsServer(runtime, {
    logicalAddress,
    functionalAddresses: [0xe400],
    sessions: { 2: {}, 3: {} },
    services,
  })
  return { server, memory }
}

function transferServices(memory: Uint8Array): ServiceHandlers {
  let transfer: { kind: 'download' | 'upload'; at: number; end: number; counter: number } | undefined
  const begin = (kind: 'download' | 'upload', address: number, size: number) => {
    if (address + size > memory.length) throw new ServiceRefusal(NRC.requestOutOfRange)
    transfer = { kind, at: address, end: address + size, counter: 1 }
    return { blockLength: { maxBlockLength: 0x82, lengthBytes: 2 } }
  }
  return {
    requestDownload: {
      securityLevels: [1],
      handle: ({ memory: { address, size } }) => begin('download', address, size),
    },
    requestUpload: { handle: ({ memory: { address, size } }) => begin('upload', address, size) },
    transferData: {
      handle: ({ blockSequenceCounter, data }) => {
        if (!transfer) throw new ServiceRefusal(NRC.requestSequenceError)
        if (blockSequenceCounter !== transfer.counter) throw new ServiceRefusal(NRC.wrongBlockSequenceCounter)
        transfer.counter = (transfer.counter + 1) & 0xff
        const start = transfer.at
        transfer.at = Math.min(transfer.end, start + (transfer.kind === 'download' ? data.length : 0x80))
        if (transfer.kind === 'download') memory.set(data.subarray(0, transfer.end - start), start)
        const read = transfer.kind === 'upload' ? memory.slice(start, transfer.at) : new Uint8Array(0)
        return { blockSequenceCounter, data: read }
      },
    },
    requestTransferExit: {
      handle: () => {
        if (transfer?.at !== transfer?.end) throw new ServiceRefusal(NRC.requestSequenceError)
        transfer = undefined
        return { data: new Uint8Array(0) }
      },
    },
  }
}
