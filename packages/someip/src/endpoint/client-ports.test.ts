import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfiguration } from '../config/load.ts'
import { ClientPortAllocator, type ClientPortRequest } from './client-ports.ts'

const REQUEST: ClientPortRequest = { transport: 'reliable', serviceId: 0x1234, instanceId: 0x5678, remotePort: 30510 }

function allocatorFor(...clients: readonly object[]): ClientPortAllocator {
  const { configuration } = parseConfiguration({ files: [{ file: 'test.json', text: JSON.stringify({ clients }) }] })
  return new ClientPortAllocator(configuration.clientPorts)
}

const SPECIFIC = { service: '0x1234', instance: '0x5678', reliable: [40000, 40002, 40001], unreliable: [41000] }
const RANGES = {
  reliable_remote_ports: { first: 30500, last: 30599 },
  reliable_client_ports: { first: 42000, last: 42001 },
}

test('without configured ports the system chooses', () => {
  assert.equal(allocatorFor().lease(REQUEST).port, 0)
  assert.equal(allocatorFor(RANGES).lease({ ...REQUEST, remotePort: 30600 }).port, 0)
  assert.equal(allocatorFor(RANGES).lease({ ...REQUEST, transport: 'unreliable' }).port, 0)
  assert.equal(allocatorFor(SPECIFIC).lease({ ...REQUEST, instanceId: 0x5679 }).port, 0)
})

test('the ports of a service instance are taken in order, each once per transport', () => {
  const allocator = allocatorFor(SPECIFIC)
  const ports = [1, 2, 3].map(() => allocator.lease(REQUEST).port)
  assert.deepEqual(ports, [40000, 40001, 40002])
  assert.equal(allocator.lease({ ...REQUEST, transport: 'unreliable' }).port, 41000)
})

test('a port that was returned is used again, after the others', () => {
  const allocator = allocatorFor(SPECIFIC)
  const [first, second] = [allocator.lease(REQUEST), allocator.lease(REQUEST)]
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  assert.deepEqual([second.port, allocator.lease(REQUEST).port, allocator.lease(REQUEST).port], [40001, 40002, 40000])
})

test('when all ports of the instance are taken, the range for the port of the service is next, and then none', () => {
  const allocator = allocatorFor(SPECIFIC, RANGES)
  const ports = [1, 2, 3, 4, 5].map(() => allocator.lease(REQUEST).port)
  assert.deepEqual(ports, [40000, 40001, 40002, 42000, 42001])
  assert.throws(() => allocator.lease(REQUEST), {
    code: 'ENDPOINT_NO_FREE_PORT',
    message: 'all reliable client ports for service 0x1234.0x5678 at port 30510 are taken',
  })
})

test('ranges of several entries are used one after the other', () => {
  const more = { ...RANGES, reliable_client_ports: { first: 43000, last: 43000 } }
  const allocator = allocatorFor(RANGES, more)
  const ports = [1, 2, 3].map(() => allocator.lease({ ...REQUEST, remotePort: 30599 }).port)
  assert.deepEqual(ports, [42000, 42001, 43000])
})

test('a port that the system refuses is given up for another one, which it may be again later', () => {
  const allocator = allocatorFor(SPECIFIC)
  const lease = allocator.lease(REQUEST)
  const tried = [lease.port]
  for (let time = 0; time < 4; time++) {
    lease.replace()
    tried.push(lease.port)
  }
  assert.deepEqual(tried.slice(0, 3), [40000, 40001, 40002])
  assert.ok(tried.slice(3).every((port) => port >= 40000 && port <= 40002))
  assert.notEqual(tried[3], 40002)
})

test('a lease keeps its port when there is no other', () => {
  const allocator = allocatorFor({ ...SPECIFIC, reliable: [40000] })
  const lease = allocator.lease(REQUEST)
  for (let time = 0; time < 3; time++) assert.throws(() => lease.replace(), { code: 'ENDPOINT_NO_FREE_PORT' })
  assert.equal(lease.port, 40000)
  lease[Symbol.dispose]()
  assert.equal(allocator.lease(REQUEST).port, 40000)
})

test('a lease of any port has nothing to replace', () => {
  const lease = allocatorFor().lease(REQUEST)
  lease.replace()
  assert.equal(lease.port, 0)
})
