import { randomUUID } from 'node:crypto'
import { createSovdBackend, type SovdBackendOptions } from '@opensovd/backends/sovd'
import { silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { type Backend, type Diagnostics, MemoryBackend, openDiagnostics } from '@opensovd/core'
import { backendContract, memoryFacets, SAMPLE_COMPONENT } from '@opensovd/core/testing'
import { openSovdServer, type SovdServer } from '@opensovd/server'

interface Gateway extends AsyncDisposable {
  readonly server: SovdServer
  readonly diagnostics: Diagnostics
}

/** A server of both contracts over `backend`. */
async function openGateway(backend: Backend): Promise<Gateway> {
  const clock = systemClock
  const log = silentLogger
  const executions = { pollMs: 1 }
  const diagnostics = openDiagnostics({ clock, log, createId: randomUUID, backends: [backend], executions })
  const identity = { serverName: 'loopback', serverVersion: '1', description: '' }
  const server = await openSovdServer({ diagnostics, clock, log, host: '127.0.0.1', port: 0, ...identity })
  return {
    server,
    diagnostics,
    async [Symbol.asyncDispose]() {
      await server.close()
      await diagnostics[Symbol.asyncDispose]()
    },
  }
}

function ecu(): Promise<Gateway> {
  const { id, name } = SAMPLE_COMPONENT
  const facets = memoryFacets(SAMPLE_COMPONENT)
  return openGateway(new MemoryBackend('ecu', [{ kind: 'component', id, name, connectionState: 'connected', facets }]))
}

function backendOf(baseUrl: string, options: Partial<SovdBackendOptions> = {}): Backend {
  return createSovdBackend(
    {
      name: 'ecu',
      baseUrl,
      apiPrefix: '/vehicle/v1',
      dialect: 'auto',
      timeoutMs: 5000,
      refreshMs: 5000,
      maxConcurrency: 16,
      componentIds: [],
      ...options,
    },
    { clock: systemClock, log: silentLogger },
  )
}

backendContract('our server by the contract of ISO 17978-3', async () => {
  const { server, [Symbol.asyncDispose]: dispose } = await ecu()
  return { backend: backendOf(server.url), noGroups: 'the standard has no groups', [Symbol.asyncDispose]: dispose }
})

backendContract('our server behind a gateway of ours, both by the contract of ISO 17978-3', async () => {
  const inner = await ecu()
  const between = backendOf(inner.server.url)
  const outer = await openGateway(between)
  await isUp(between)
  return {
    backend: backendOf(outer.server.url),
    noGroups: 'the standard has no groups',
    async [Symbol.asyncDispose]() {
      await outer[Symbol.asyncDispose]()
      await inner[Symbol.asyncDispose]()
    },
  }
})

async function isUp(backend: Backend): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = () => {
      if (backend.snapshot.status.phase !== 'up') return
      end()
      resolve()
    }
    const end = backend.onChange(look)
    look()
  })
}
