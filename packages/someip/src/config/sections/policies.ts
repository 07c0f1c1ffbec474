import { entriesOf, list, type NamedFound, object, obsolete } from '../compounds.ts'
import { atName, dropEntry, type Field, mapped } from '../field.ts'
import type { Problems } from '../problems.ts'
import type { Range } from '../ranges.ts'
import { integer } from '../scalars.ts'
import { credentialsField, laterOf, type Placed, type PolicyCredentials, placed } from './credentials.ts'
import { intervalField, intervalsField } from './intervals.ts'

/** What some users may request and offer. */
export interface Policy {
  readonly credentials: PolicyCredentials
  /** `allow`: only what is listed; `deny`: all but what is listed. */
  readonly effect: 'allow' | 'deny'
  readonly requests: readonly PolicyRequest[]
  readonly offers: readonly PolicyOffer[]
}

export interface PolicyRequest {
  readonly serviceId: number
  readonly instances: readonly InstanceMethods[]
}

export interface InstanceMethods {
  readonly instanceIds: readonly Range[]
  readonly methodIds: readonly Range[]
}

export interface PolicyOffer {
  readonly serviceId: number
  readonly instanceIds: readonly Range[]
}

const ALL: readonly Range[] = [{ first: 1, last: 0xffff }]

const serviceField = integer({
  notation: 'decimal, 0x or 0X',
  default: 0,
  defaultText: '',
  meaning: 'service id',
})

/** The older form of `instances`. */
const instanceField: Field<Placed<readonly Range[]> | undefined> = placed(
  mapped(
    integer({
      notation: 'decimal, 0x or 0X',
      words: { any: 0xffff },
      default: 0,
      defaultText: '',
      meaning: 'an instance id; older form of `instances`',
    }),
    (instanceId, found) => {
      if (found.at(-1)?.node.text === 'any') return ALL
      return instanceId === 0 ? [] : [{ first: instanceId, last: instanceId }]
    },
  ),
)

const methodsField = mapped(
  object(
    {
      ids: intervalsField({ type: 'uint16', meaning: 'instance ids' }),
      methods: intervalsField({ type: 'uint16', meaning: 'method and event ids; without any 0x0001 to 0xFFFF' }),
    },
    { meaning: 'instances with methods, or an instance id, or a range of them' },
  ),
  ({ ids, methods }, found, problems): InstanceMethods | undefined => {
    if (ids.length === 0) return dropEntry(found, problems, 'methods need "ids"')
    return { instanceIds: ids, methodIds: methods.length === 0 ? ALL : methods }
  },
)

const plainInstances = intervalsField({ type: 'uint16', meaning: 'instance ids' })

/** Either instances with their methods, or plain ids and ranges, which stand for all methods. */
const instancesField: Field<readonly InstanceMethods[]> = {
  doc: { ...plainInstances.doc, meaning: 'instances with methods, or instance ids and ranges; `any`: all' },
  inner: { '[]': { ...methodsField, inner: { ...methodsField.inner, ...intervalField('uint16').inner } } },
  read(found, problems) {
    const one = found.at(-1)
    if (one === undefined) return []
    if (one.node.kind === 'scalar') return withAllMethods(plainInstances.read([one], problems))
    const entries = entriesOf(one, 'array', problems)
    const withMethods = entries.filter(hasMethods).map((entry) => methodsField.read([entry], problems))
    const usable = withMethods.filter((instances) => instances !== undefined)
    const plain = entries.filter((entry) => !hasMethods(entry))
    if (usable.length === 0) return withAllMethods(plain.flatMap((entry) => readInterval(entry, problems)))
    dropEntry(plain, problems, 'plain instances do not count beside instances with "ids"')
    return usable
  },
}

const requestField = mapped(
  object(
    { service: serviceField, instance: instanceField, instances: instancesField },
    { meaning: 'instances of one service' },
  ),
  ({ service: serviceId, instance, instances }, found, problems): PolicyRequest | undefined => {
    const older = olderInstances(instance, instances, problems)
    const all = instances.length > 0 ? instances : withAllMethods(older)
    if (serviceId !== 0 && all.length > 0) return { serviceId, instances: all }
    return dropEntry(found, problems, 'a request needs "service" and "instances"')
  },
)

const offerField = mapped(
  object(
    { service: serviceField, instance: instanceField, instances: plainInstances },
    { meaning: 'instances of one service' },
  ),
  ({ service: serviceId, instance, instances }, found, problems): PolicyOffer | undefined => {
    const older = olderInstances(instance, instances, problems)
    const instanceIds = instances.length > 0 ? instances : older
    if (serviceId !== 0 && instanceIds.length > 0) return { serviceId, instanceIds }
    return dropEntry(found, problems, 'an offer needs "service" and "instances"')
  },
)

const bodyField = (meaning: string) =>
  object(
    {
      requests: list(requestField, { meaning: 'what the users may, or may not, request' }),
      offers: list(offerField, { meaning: 'what the users may, or may not, offer' }),
    },
    { meaning },
  )

export const policyField: Field<Policy> = mapped(
  object(
    {
      credentials: credentialsField,
      allow: placed(bodyField('all that is allowed')),
      deny: placed(bodyField('all that is denied')),
      client: obsolete('policies are for users and groups, not for client ids'),
    },
    { meaning: 'what some users may request and offer' },
  ),
  ({ credentials, allow, deny }, found, problems) => {
    const last = laterOf(allow, deny)
    const effect = allow !== undefined && last === allow ? 'allow' : 'deny'
    if (last === undefined) {
      for (const one of found) {
        problems.report('invalid-value', atName(one), 'a policy needs "allow" or "deny"; nothing is denied')
      }
    } else if (allow !== undefined && deny !== undefined) {
      const message = `"allow" and "deny" exclude each other; both are read as "${effect}"`
      problems.report('duplicate-definition', atName(last.at), message)
    }
    const bodies = [allow, deny].filter((body) => body !== undefined).map((body) => body.value)
    return {
      credentials,
      effect,
      requests: bodies.flatMap((body) => body.requests),
      offers: bodies.flatMap((body) => body.offers),
    }
  },
)

function olderInstances(
  instance: Placed<readonly Range[]> | undefined,
  instances: readonly unknown[],
  problems: Problems,
): readonly Range[] {
  if (instance !== undefined && instances.length > 0) {
    problems.report('duplicate-definition', atName(instance.at), 'does not count beside "instances"')
  }
  return instance?.value ?? []
}

function hasMethods({ node }: NamedFound): boolean {
  return node.entries.some(({ name }) => name === 'ids' || name === 'methods')
}

function readInterval(entry: NamedFound, problems: Problems): readonly Range[] {
  const range = intervalField('uint16').read([entry], problems)
  return range === undefined ? [] : [range]
}

function withAllMethods(instanceIds: readonly Range[]): readonly InstanceMethods[] {
  return instanceIds.length === 0 ? [] : [{ instanceIds, methodIds: ALL }]
}
