import { DEFAULT_SEGMENT_BYTES } from '../../tp/tp-header.ts'
import { list, object } from '../compounds.ts'
import { dropEntry, type Field, mapped } from '../field.ts'
import { toMap } from '../keyed.ts'
import { id } from '../ranges.ts'
import { integer } from '../scalars.ts'

/** How messages of a method or event are segmented. */
export interface TpSegmentation {
  readonly maxSegmentBytes: number
  /** Least time between two segments. */
  readonly separationTimeMs: number
}

/** Messages that may be segmented, by method or event id; 0xFFFF stands for all. */
export interface TpConfiguration {
  readonly clientToService: ReadonlyMap<number, TpSegmentation>
  readonly serviceToClient: ReadonlyMap<number, TpSegmentation>
}

const methodField = mapped(
  object(
    {
      method: id('method or event id; 0xFFFF: all'),
      'max-segment-length': integer({
        default: DEFAULT_SEGMENT_BYTES,
        adjust: (value) => (value < 16 ? undefined : value - (value % 16)),
        rule: 'a multiple of 16',
        meaning: 'payload bytes of a segment',
      }),
      'separation-time': integer({ type: 'uint32', default: 0, meaning: 'milliseconds between two segments' }),
    },
    { meaning: 'one method or event', shorthand: 'method' },
  ),
  ({ method, 'max-segment-length': maxSegmentBytes, 'separation-time': separationTimeMs }, found, problems) => {
    if (method === 0) return dropEntry(found, problems, 'segmentation needs "method"')
    return { key: method, value: { maxSegmentBytes, separationTimeMs }, found }
  },
)

const direction = (meaning: string) =>
  mapped(list(methodField, { meaning }), (methods, _found, problems) => toMap(methods, 'first', problems))

export const tpField: Field<TpConfiguration> = mapped(
  object(
    {
      'service-to-client': direction('responses and notifications that may be segmented'),
      'client-to-service': direction('requests that may be segmented'),
    },
    { meaning: 'messages over UDP that may exceed 1400 bytes of payload' },
  ),
  (values) => ({ clientToService: values['client-to-service'], serviceToClient: values['service-to-client'] }),
)
