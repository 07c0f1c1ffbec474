import { list, object } from '../compounds.ts'
import { dropEntry, type Field, mapped } from '../field.ts'
import type { Range } from '../ranges.ts'
import { integer } from '../scalars.ts'

/** Services that are never looked for on the network. */
export interface InternalServices {
  readonly services: Range
  readonly instances: Range
}

const hexId = (value: number, defaultText: string, meaning: string) =>
  integer({ notation: 'hex', default: value, defaultText, meaning })

const end = (instance: number, defaultText: string, which: string) =>
  object(
    {
      service: hexId(0, '', `${which} service id`),
      instance: hexId(instance, defaultText, `${which} instance id`),
    },
    { meaning: `${which} service instance`, shorthand: 'service' },
  )

export const internalServicesField: Field<readonly InternalServices[]> = list(
  mapped(
    object(
      { first: end(0, '0000', 'lowest'), last: end(0xffff, 'FFFF', 'highest') },
      { meaning: 'one range of services' },
    ),
    ({ first, last }, found, problems) => {
      if (last.service < first.service || last.instance < first.instance) {
        return dropEntry(found, problems, 'the range ends before it starts')
      }
      return {
        services: { first: first.service, last: last.service },
        instances: { first: first.instance, last: last.instance },
      }
    },
  ),
  { meaning: 'services that exist on this host only, so that nobody looks for them on the network' },
)
