/** What runs in processes of its own. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, connect as tcpConnect } from 'node:net'
import { createDoipBackend } from '@opensovd/backends/doip'
import { openDiagnostics } from '@opensovd/core'
import { openGatewaySimulator } from '@opensovd/ecu'
import { openSovdServer } from '@opensovd/server'
import { DoipLinks, download, type EcuClient, memoryRange } from '@opensovd/uds'
import { type Role, serveParent, usedMicros } from './child.ts'
import { type Paced, paced } from './paced.ts'
import { openRawClient } from './raw-client.ts'
import { DID, describe, FIRST_ADDRESS, HOST, MEMORY_BYTES, runtime } from './vehicle.ts'

const TESTER = 0x0e80
const SILENT = { announceCount: 0, timing: { announceWaitMs: 0 } }

interface Cost {
  readonly count: number
  readonly seconds: number
  readonly cpuMicros: number
}

const roles = {
  /** Simulated ECUs; tells the TCP ports of their entities. */
  async simulator({ gateways, ecus, maxBlockLength }: { gateways: number; ecus: number; maxBlockLength?: number }) {
    const ports: number[] = []
    for (let count = 0; count < gateways; count++) {
      const settings = { host: HOST, tcpPort: 0, udpPort: 0, maxSockets: 16, ...SILENT }
      const { addresses } = await openGatewaySimulator(runtime, describe(ecus, maxBlockLength), settings)
      ports.push(addresses.tcp.port)
    }
    return { first: ports, run: async () => usedMicros() }
  },

  /** The gateway; tells its address, and its CPU time so far when asked. */
  async gateway({ port, ecus }: { port: number; ecus: number }) {
    const backend = createDoipBackend(
      {
        name: 'bench',
        connection: { host: HOST, port, testerAddress: TESTER },
        ecus: describe(ecus).ecus,
        presenceMs: 60_000,
        testerPresentMs: 2000,
        sessionIdleMs: 300_000,
        memory: [],
        interlocks: [],
        isRawAllowed: false,
        refusals: new Map(),
      },
      runtime,
    )
    const diagnostics = openDiagnostics({ ...runtime, createId: randomUUID, backends: [backend] })
    const identity = { serverName: 'bench', serverVersion: '0', description: '' }
    const { url } = await openSovdServer({ ...runtime, ...identity, diagnostics, host: HOST, port: 0 })
    return { first: url, run: async () => usedMicros() }
  },

  /** Reads with bare sockets. */
  async raw({ port, ecus }: { port: number; ecus: number }) {
    const targets = Array.from({ length: ecus }, (_, at) => FIRST_ADDRESS + at)
    const client = await openRawClient(port, targets)
    return reader((at) => client.read(FIRST_ADDRESS + (at % ecus)))
  },

  /** Reads with our clients, of each entity the same number of ECUs. */
  async client({ ports, ecus }: { ports: readonly number[]; ecus: number }) {
    const links = new DoipLinks(runtime)
    const clients: EcuClient[] = []
    for (const port of ports) {
      const { gateway, tester } = links.link({ host: HOST, port, testerAddress: TESTER })
      await gateway.connect()
      for (let at = 0; at < ecus; at++) clients.push(tester.ecu(FIRST_ADDRESS + at))
    }
    return reader((at) => clients[at % clients.length]?.request('readDataByIdentifier', { dids: [DID] }))
  },

  /** Programs the first ECU, as often as asked; tells the seconds. */
  async flasher({ port }: { port: number }) {
    const { tester } = new DoipLinks(runtime).link({ host: HOST, port, testerAddress: TESTER + 1 })
    const ecu = tester.ecu(FIRST_ADDRESS)
    const image = new Uint8Array(MEMORY_BYTES)
    return timed(async (bytes) => {
      await ecu.request('diagnosticSessionControl', { session: 2 })
      await download(ecu, image.subarray(0, bytes), { memory: memoryRange(0, bytes) })
    })
  },

  /** Keeps blocks of one length, and answers each with as many bytes as an ECU and its entity do. */
  async sink({ blockBytes }: { blockBytes: number }) {
    const answer = Buffer.alloc(13 + 14)
    const memory = Buffer.alloc(MEMORY_BYTES)
    const server = createServer({ noDelay: true }, (socket) => {
      let taken = 0
      let at = 0
      socket.on('error', () => {})
      socket.on('data', (chunk) => {
        if (at + chunk.length > memory.length) at = 0
        at += chunk.copy(memory, at)
        for (taken += chunk.length; taken >= blockBytes; taken -= blockBytes) socket.write(answer)
      })
    })
    server.listen(0, HOST)
    await once(server, 'listening')
    return { first: server.address(), run: async () => usedMicros() }
  },

  /** Copies with bare sockets: block by block, each when the one before was answered. */
  async copier({ port, blockBytes }: { port: number; blockBytes: number }) {
    const socket = tcpConnect({ host: HOST, port, noDelay: true })
    await once(socket, 'connect')
    const image = Buffer.alloc(MEMORY_BYTES)
    return timed(async (bytes) => {
      for (let sent = 0; sent < bytes; sent += blockBytes) {
        const answered = once(socket, 'data')
        socket.write(image.subarray(sent, sent + blockBytes))
        await answered
      }
    })
  },
}

function reader(read: (at: number) => Promise<unknown> | undefined): Role {
  return {
    first: 'ready',
    run: async (request: Paced): Promise<Cost> => {
      const before = usedMicros()
      const done = await paced(request, async (at) => await read(at))
      return { ...done, cpuMicros: usedMicros() - before }
    },
  }
}

function timed(transfer: (bytes: number) => Promise<void>): Role {
  return {
    first: 'ready',
    run: async ({ bytes }: { bytes: number }) => {
      const before = usedMicros()
      const startedAt = performance.now()
      await transfer(bytes)
      return { seconds: (performance.now() - startedAt) / 1000, cpuMicros: usedMicros() - before }
    },
  }
}

await serveParent(roles)
