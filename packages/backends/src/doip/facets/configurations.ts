import type { Json } from '@opensovd/base'
import type { ConfigurationFacet } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import { describeValue } from '../described-value.ts'
import type { EcuLink } from '../ecu-link.ts'
import type { DidReader } from '../read-dids.ts'
import { knownItem, readable, writeItem } from './data.ts'

/** The data identifiers of an ECU that are configuration parameters. */
export function configurationFacet(link: EcuLink, reader: DidReader): ConfigurationFacet {
  const items = () => link.ecu.data.filter(({ coding }) => coding)
  const known = (id: string) => knownItem(items(), id, link.id)

  return {
    list: async () => items().map(({ id, name = id }) => ({ id, name, type: 'parameter' as const })),

    readAll: async (context) => {
      const wanted = items().filter(({ read }) => read !== false)
      const answers = await reader.readEach(wanted, context)
      const values: [string, Json][] = []
      for (const [at, { id, encoding }] of wanted.entries()) {
        const answer = answers[at]
        if (!(answer instanceof Uint8Array)) throw answer ?? new SovdError('bad-gateway', `'${id}' was not read`)
        values.push([id, describeValue(encoding, answer).value])
      }
      return Object.fromEntries(values)
    },

    read: async (id, context) => {
      const item = readable(known(id))
      return describeValue(item.encoding, await reader.read(item, context)).value
    },

    write: async (id, value, context) => writeItem(link, known(id), value, context),
  }
}
