import { isJsonObject } from '@opensovd/base'
import { lint } from '@opensovd/sovd'
import { type Check, extra, reads } from '../check.ts'
import { NOBODY, type Probe } from '../probe.ts'
import { id, listOf, REFERENCE, type Shape, shape, text, texts } from '../shapes.ts'
import { COLLECTIONS, idsAt, idsOf } from '../target.ts'
import { NotExercised } from '../verdict.ts'
import { expectNone, listing } from './collections.ts'

const VERSION_INFO: Shape = shape({
  sovd_info: {
    type: 'array',
    minItems: 1,
    items: shape({ version: id, base_uri: id }, { vendor_info: { type: 'object' } }),
  },
})
const CAPABILITIES: Shape = shape({ id: text, name: text }, { variant: { type: 'object' }, tags: texts })
const REFERENCES = listOf(REFERENCE)

/** How far from the subject of a relation its inverse is. */
async function expectInverse(probe: Probe, name: string, inverse: string, of: string, others: string): Promise<void> {
  for (const { path, collection, capabilities } of probe.target.entities) {
    if (collection !== of || !(name in capabilities)) continue
    for (const other of await idsAt(probe.target.client, `${path}/${name}`)) {
      const { json } = await probe.ask('GET', `/${others}/${encodeURIComponent(other)}`)
      const back = isJsonObject(json) ? json[inverse] : undefined
      const leadsBack = typeof back === 'string' && back.endsWith(path)
      probe.check(
        leadsBack,
        `/${others}/${other}: expected ${inverse} to lead to ${path}, got ${JSON.stringify(back)} [7.6.2.4]`,
      )
    }
  }
}

const openApi = shape({
  openapi: { type: 'string', pattern: '^3\\.[1-9]' },
  info: { type: 'object' },
  paths: { type: 'object' },
})

/** Discovery [17978-3 7.4 to 7.6]. */
export const DISCOVERY: readonly Check[] = [
  extra(
    reads('GET /version-info', '7.4', async (probe) => {
      const { base } = probe.target.client
      const places = [`${base.slice(0, base.lastIndexOf('/'))}/version-info`, new URL('/version-info', base).href]
      const answers = await Promise.all(places.map((place) => probe.ask('GET', place)))
      const place = places[answers.findIndex(({ status }) => status === 200)]
      probe.check(place !== undefined, `version-info is neither at ${places.join(' nor at ')} [5.6]`)
      if (place !== undefined) await probe.read(place, VERSION_INFO)
    }),
  ),
  extra(
    reads('GET /', '7.6.3', async (probe) => {
      const root = await probe.read('/', CAPABILITIES)
      for (const name of COLLECTIONS) {
        const uri = root[name]
        if (uri !== undefined)
          probe.check(typeof uri === 'string' && uri.endsWith(`/${name}`), `/: ${name} is no link to it`)
      }
      await probe.refuse('GET', `/${NOBODY}`, [404])
    }),
  ),
  reads('GET /{any-path}/docs', '7.5.2', async (probe) => {
    const [entity] = probe.target.entities
    if (!entity) throw new NotExercised('there is no entity')
    const document = await probe.read(`${entity.path}/docs`, openApi)
    for (const { place, message, clause } of lint(document))
      probe.check(false, `${entity.path}/docs${place}: ${message} [${clause}]`)
    await probe.refuse('GET', `/${entity.collection}/${NOBODY}/docs`, [404])
  }),
  reads('GET /{entity-collection}', '7.6.2.1', async (probe) => {
    for (const name of COLLECTIONS) {
      if (!(name in probe.target.root)) continue
      const list = await probe.read(`/${name}`, REFERENCES, { includeSchema: true })
      probe.check(idsOf(list).length > 0, `/${name}: is linked, but empty`)
      await expectNone(probe, `/${name}?tags=${NOBODY}`)
      await probe.refuse('GET', `/${name}/${NOBODY}`, [404])
    }
  }),
  reads('GET {E}', '7.6.3', async (probe) => {
    if (probe.target.entities.length === 0) throw new NotExercised('there is no entity')
    for (const { path, id: entityId } of probe.target.entities) {
      const entity = await probe.read(path, CAPABILITIES)
      probe.check(entity.id === entityId, `${path}: has the id ${JSON.stringify(entity.id)}`)
    }
    await probe.refuse('GET', `/components/${NOBODY}`, [404])
  }),
  reads(
    'GET /areas/{area-id}/subareas',
    '7.6.2.2',
    listing('subareas', REFERENCES, { of: ['areas'], includeSchema: true }),
  ),
  reads(
    'GET /components/{component-id}/subcomponents',
    '7.6.2.2',
    listing('subcomponents', REFERENCES, { of: ['components'], includeSchema: true }),
  ),
  reads(
    'GET /areas/{area-id}/related-components',
    '7.6.2.3',
    listing('related-components', REFERENCES, { of: ['areas'] }),
  ),
  reads(
    'GET /components/{component-id}/related-apps',
    '7.6.2.3',
    listing('related-apps', REFERENCES, { of: ['components'] }),
  ),
  extra(
    reads('GET /areas/{area-id}/contains', '7.6.2.4', async (probe) => {
      await listing('contains', REFERENCES, { of: ['areas'] })(probe)
      await expectInverse(probe, 'contains', 'belongs-to', 'areas', 'components')
    }),
  ),
  extra(
    reads('GET /components/{component-id}/hosts', '7.6.2.4', async (probe) => {
      await listing('hosts', REFERENCES, { of: ['components'] })(probe)
      await expectInverse(probe, 'hosts', 'is-located-on', 'components', 'apps')
    }),
  ),
  extra(
    reads(
      'GET /components/{component-id}/depends-on',
      '7.6.2.4',
      listing('depends-on', REFERENCES, { of: ['components'] }),
    ),
  ),
  extra(reads('GET /apps/{app-id}/depends-on', '7.6.2.4', listing('depends-on', REFERENCES, { of: ['apps'] }))),
]
