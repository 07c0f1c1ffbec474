import { isJsonObject } from '@opensovd/base'
import { type Check, disrupts, reads } from '../check.ts'
import { NOBODY } from '../probe.ts'
import { id, listOf, type Shape, shape, text } from '../shapes.ts'
import { at, expectNone, items, itemsOf, listing } from './collections.ts'

const STATUS: Shape = { type: 'object', additionalProperties: text }
const FAULT = shape(
  { code: id, fault_name: text },
  { severity: { type: 'integer', minimum: 1 }, status: STATUS, scope: text, display_code: text },
)

/** Faults [17978-3 7.8]. */
export const FAULTS: readonly Check[] = [
  reads(
    'GET {E}/faults',
    '7.8.2',
    listing('faults', listOf(FAULT), {
      includeSchema: true,
      tags: true,
      async also(probe, path, faults) {
        await expectNone(probe, `${path}?severity=1`)
        await expectNone(probe, `${path}?scope=${NOBODY}`)
        await expectNone(probe, `${path}?status%5BtestFailed%5D=${NOBODY}`)
        const [severity] = faults.flatMap((fault) => (typeof fault.severity === 'number' ? [fault.severity] : []))
        if (severity === undefined) return
        const worse = itemsOf((await probe.expect('GET', `${path}?severity=${severity}`)).json)
        const isBelow = worse.every((fault) => typeof fault.severity !== 'number' || fault.severity < severity)
        probe.check(isBelow, `${path}?severity=${severity}: has faults that are not below it`)
      },
    }),
  ),
  reads(
    'GET {E}/faults/{fault-code}',
    '7.8.3',
    items('faults', shape({ item: FAULT }, { errors: { type: 'array' } }), { includeSchema: true }),
  ),
  disrupts('DELETE {E}/faults/{fault-code}', '7.8.5', async (probe) => {
    const { path } = await probe.entityWith('faults')
    await probe.refuse('DELETE', at(`${path}/faults`, NOBODY), [404, 501])
    const [code] = await probe.idsAt(`${path}/faults`)
    await probe.expect('DELETE', at(`${path}/faults`, code), { status: 204 })
  }),
  disrupts('DELETE {E}/faults', '7.8.4', async (probe) => {
    const { path } = await probe.entityWith('faults')
    await probe.refuse('DELETE', `/components/${NOBODY}/faults`, [404])
    await probe.expect('DELETE', `${path}/faults`, { status: 204 })
    const { json } = await probe.ask('GET', `${path}/faults`)
    probe.check(isJsonObject(json) && Array.isArray(json.items), `GET ${path}/faults: is no list after clearing`)
  }),
]
