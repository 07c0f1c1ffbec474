import { list } from '../compounds.ts'
import { type Field, mapped } from '../field.ts'
import { address } from '../scalars.ts'

/** Addresses of hosts that understand selective subscriptions. */
export const selectiveBroadcastsField: Field<ReadonlySet<string>> = mapped(
  list(address({ meaning: 'address of a host' }), {
    meaning: 'hosts that are told which clients of this host subscribe (the option SELECTIVE)',
    orObject: true,
  }),
  (addresses) => new Set(addresses),
)
