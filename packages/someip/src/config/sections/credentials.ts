import { list, object } from '../compounds.ts'
import { dropEntry, type Field, type Found, mapped, optional } from '../field.ts'
import type { Range } from '../ranges.ts'
import { intervalsField } from './intervals.ts'

/** Whom a policy is for. Without credentials in the file: `deny` of nobody. */
export interface PolicyCredentials {
  /** `allow`: for those that are listed; `deny`: for all others. */
  readonly effect: 'allow' | 'deny'
  readonly owners: readonly PolicyOwners[]
}

export interface PolicyOwners {
  readonly uids: readonly Range[]
  readonly gids: readonly Range[]
}

/** A value and the place of its key. */
export interface Placed<T> {
  readonly value: T
  readonly at: Found
}

export function placed<T>(field: Field<T>): Field<Placed<T> | undefined> {
  return optional(
    mapped(field, (value, found) => {
      const at = found.at(-1)
      return at === undefined ? undefined : { value, at }
    }),
  )
}

/** The one that stands later in its file. */
export function laterOf<T>(a: Placed<T> | undefined, b: Placed<T> | undefined): Placed<T> | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const before = a.at.nameAt.line - b.at.nameAt.line || a.at.nameAt.column - b.at.nameAt.column
  return before < 0 ? b : a
}

const ownersField = list(
  mapped(
    object(
      {
        uid: intervalsField({ type: 'uint32', meaning: 'users' }),
        gid: intervalsField({ type: 'uint32', meaning: 'groups' }),
      },
      { meaning: 'users with groups' },
    ),
    ({ uid: uids, gid: gids }, found, problems): PolicyOwners | undefined => {
      if (uids.length > 0 && gids.length > 0) return { uids, gids }
      return dropEntry(found, problems, 'credentials need "uid" and "gid"')
    },
  ),
  { meaning: 'users and groups; `allow`: the policy is for them, `deny`: for all others' },
)

const keys = object(
  {
    uid: placed(intervalsField({ type: 'uint32', meaning: 'users; in the same form as `gid`', orOne: true })),
    gid: placed(intervalsField({ type: 'uint32', meaning: 'groups; in the same form as `uid`', orOne: true })),
    allow: placed(ownersField),
    deny: placed(ownersField),
  },
  { meaning: 'whom the policy is for' },
)

export const credentialsField: Field<PolicyCredentials> = mapped(keys, ({ uid, gid, allow, deny }, found, problems) => {
  const listed = [...(allow?.value ?? []), ...(deny?.value ?? [])]
  const effect = allow !== undefined && laterOf(allow, deny) === allow ? 'allow' : 'deny'
  if (uid === undefined && gid === undefined) return { effect, owners: listed }
  if (uid !== undefined && gid !== undefined && isPlain(uid.at) === isPlain(gid.at)) {
    return { effect: 'allow', owners: [...listed, { uids: uid.value, gids: gid.value }] }
  }
  dropEntry(found, problems, '"uid" and "gid" must both be given, and both be plain or both be lists')
  return { effect, owners: listed }
})

function isPlain(found: Found): boolean {
  return found.node.kind === 'scalar'
}
