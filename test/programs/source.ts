import { createServer, type ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import { eventually } from './program.ts'

/** A SOVD server with one component, `slow`, whose data are not answered before they are told to be. */
export interface Source {
  readonly url: string
  /** Resolves when this many reads wait for their answer. */
  waiting(count: number): Promise<void>
  answer(): void
}

const COMPONENT = { id: 'slow', name: 'Slow', category: 'ecu', connectionState: 'connected' }
const CAPABILITIES = {
  componentId: 'slow',
  supportedCategories: ['data'],
  dataCount: 1,
  operationCount: 0,
  features: [],
}
const ITEM = { id: 'item', name: 'Item', access: 'readOnly', dataType: 'integer' }

const LISTS: Readonly<Record<string, unknown>> = {
  '/sovd/v1/components': { value: [COMPONENT], '@odata.count': 1 },
  '/sovd/v1/components/slow': COMPONENT,
  '/sovd/v1/components/slow/capabilities': CAPABILITIES,
  '/sovd/v1/components/slow/data': { value: [ITEM], '@odata.count': 1 },
  '/sovd/v1/groups': { value: [], '@odata.count': 0 },
}

export async function openSource(t: TestContext): Promise<Source> {
  const held = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    const known = LISTS[request.url ?? '']
    if (known !== undefined) respond(response, 200, known)
    else if (request.url === '/sovd/v1/components/slow/data/item') {
      held.add(response)
      response.on('close', () => held.delete(response))
    } else respond(response, 404, { error: { code: 'SOVD-ERR-404', message: 'not found' } })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no address')
  return {
    url: `http://127.0.0.1:${address.port}`,
    waiting: async (count) => void (await eventually(5000, () => (held.size >= count ? true : undefined))),
    answer: () => {
      for (const response of held) respond(response, 200, { id: 'item', value: 42 })
    },
  }
}

function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
