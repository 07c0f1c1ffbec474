import { list, object } from '../compounds.ts'
import { dropEntry, type Field, mapped } from '../field.ts'
import { id, serviceInstanceKey } from '../ranges.ts'

const serviceInstance = (meaning: string, what: string) =>
  mapped(
    object({ service: id('service id'), instance: id('instance id') }, { meaning }),
    ({ service, instance }, found, problems) =>
      service === 0 || instance === 0
        ? dropEntry(found, problems, `${what} needs "service" and "instance"`)
        : serviceInstanceKey(service, instance),
  )

/** By `serviceInstanceKey`: services of different partitions are reached from different ports. Those without one are in partition 0. */
export const partitionsField: Field<ReadonlyMap<number, number>> = mapped(
  list(
    mapped(list(serviceInstance('one service instance', 'a member'), { meaning: 'one partition' }), (members) =>
      members.length === 0 ? undefined : members,
    ),
    { meaning: 'service instances that clients reach from ports of their own' },
  ),
  (partitions) =>
    new Map(partitions.flatMap((members, index) => members.map((member) => [member, index + 1] as const))),
)

/** By `serviceInstanceKey`: offers of these services count from secure ports only. */
export const secureServicesField: Field<ReadonlySet<number>> = mapped(
  list(serviceInstance('one service instance', 'a secure service'), {
    meaning: 'services whose offers count from secure ports only',
  }),
  (services) => new Set(services),
)
