import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NATIVE_API } from '../native/api.ts'
import { openApiDocument } from './document.ts'
import { restrictTo } from './restriction.ts'

const document = openApiDocument({
  table: NATIVE_API,
  base: '/sovd/v1',
  info: { title: 'Gateway', version: '0.1.0', description: 'A gateway' },
  sovdVersion: '1.1.0',
})
const component = '/sovd/v1/components/{componentId}'

describe('a document restricted to an entity', () => {
  it('has the paths of a component with its id', () => {
    const restricted = restrictTo(document, { below: component, params: { componentId: 'bms' } })
    const paths = Object.keys(restricted.paths)
    const expected = Object.keys(document.paths).filter((path) => path.startsWith(component))
    assert.deepEqual(
      paths,
      expected.map((path) => path.replace('{componentId}', 'bms')),
    )
    assert.ok(paths.includes('/sovd/v1/components/bms'))
    assert.ok(paths.includes('/sovd/v1/components/bms/faults/{faultId}'))
    const names = Object.keys(restricted.components.parameters)
    assert.ok(!names.includes('componentId') && names.includes('faultId'))
  })

  it('has the paths of one category, and only what they need', () => {
    const restricted = restrictTo(document, { below: `${component}/faults`, params: { componentId: 'bms' } })
    const paths = Object.keys(restricted.paths)
    const faults = '/sovd/v1/components/bms/faults'
    assert.ok(paths.includes(faults) && paths.includes(`${faults}/{faultId}`))
    assert.ok(paths.every((path) => path === faults || path.startsWith(`${faults}/`)))
    const schemas = Object.keys(restricted.components.schemas)
    for (const name of ['Error', 'Fault', 'FaultCollection', 'FaultSelection']) assert.ok(schemas.includes(name), name)
    for (const name of ['DataItem', 'Component', 'Lock']) assert.ok(!schemas.includes(name), name)
    assert.ok(!restricted.tags.some(({ name }) => name === 'data'))
    assert.deepEqual(restricted.info, document.info)
  })

  it('does not take a name for the beginning of another', () => {
    const restricted = restrictTo(document, { below: `${component}/mode`, params: { componentId: 'bms' } })
    const paths = ['/sovd/v1/components/bms/mode', '/sovd/v1/components/bms/mode/{modeId}']
    assert.deepEqual(Object.keys(restricted.paths), paths)
  })

  it('leaves the whole document as it was', () => {
    const before = JSON.stringify(document)
    restrictTo(document, { below: component, params: { componentId: 'a b' } })
    assert.equal(JSON.stringify(document), before)
  })

  it('puts ids into paths as a URL has them', () => {
    const restricted = restrictTo(document, { below: component, params: { componentId: 'a/b$&' } })
    assert.equal(Object.keys(restricted.paths)[0], '/sovd/v1/components/a%2Fb%24%26')
  })

  it('is empty where there is nothing', () => {
    const restricted = restrictTo(document, { below: `${component}/nothing`, params: {} })
    assert.deepEqual(restricted.paths, {})
    assert.deepEqual(restricted.components, { schemas: {}, responses: {}, parameters: {}, headers: {} })
  })
})
