import { list, object, readEach } from '../compounds.ts'
import { atValue, dropEntry, type Found, mapped } from '../field.ts'
import { toMap } from '../keyed.ts'
import type { Problems } from '../problems.ts'
import type { Range } from '../ranges.ts'
import { flag, text } from '../scalars.ts'
import { intervalsField } from './intervals.ts'
import { type Policy, policyField } from './policies.ts'

export interface SecurityConfiguration {
  /**
   * `audit`: breaches are logged and allowed. `external`: an empty section leaves the decisions to a library of vsomeip,
   * which cannot be loaded: no application starts with it.
   */
  readonly mode: 'off' | 'audit' | 'enforce' | 'external'
  /** Whether requests and subscriptions from other hosts reach applications of this host. */
  readonly allowsRemoteClients: boolean
  readonly policies: readonly Policy[]
  /** What may be changed while running. */
  readonly updateWhitelist: {
    readonly isChecked: boolean
    readonly uids: readonly Range[]
    readonly serviceIds: readonly Range[]
  }
  /** By host name of a container: the folder of the policies for its clients. */
  readonly policyExtensions: ReadonlyMap<string, string>
}

export const securityFields = {
  security: object(
    {
      check_credentials: flag({ default: false, meaning: 'refuse what the policies do not allow; else only log it' }),
      allow_remote_clients: flag({ default: true, meaning: 'let clients of other hosts reach this one' }),
      policies: list(policyField, { meaning: 'who may request and offer what' }),
    },
    { meaning: 'the policies; without the section there are no checks, and an empty one asks for an external library' },
  ),
  'security-update-whitelist': object(
    {
      uids: intervalsField({ type: 'uint32', meaning: 'users whose policies may be changed while running' }),
      services: intervalsField({ type: 'uint16', meaning: 'services that changed policies may name' }),
      'check-whitelist': flag({ default: false, meaning: 'whether the whitelist counts' }),
    },
    { meaning: 'which policies may be changed while running' },
  ),
  container_policy_extensions: list(
    mapped(
      object(
        {
          container: text({ default: '', meaning: 'host name of the container' }),
          path: text({
            default: '',
            meaning: 'folder; its part from the first `/` on, below the folder above the default one',
          }),
        },
        { meaning: 'one container' },
      ),
      ({ container: key, path: value }, found, problems) => {
        if (key === '' || value === '') return dropEntry(found, problems, 'an extension needs "container" and "path"')
        return { key, value, found }
      },
    ),
    { meaning: 'folders with further policies, read when a client of the container connects' },
  ),
}

/** @param configurationFolder the default one; paths of extensions count from the folder above it */
export function readSecurity(
  find: (key: keyof typeof securityFields) => readonly Found[],
  configurationFolder: string,
  problems: Problems,
): SecurityConfiguration {
  const { security, ...values } = readEach(securityFields, find, problems)
  const whitelist = values['security-update-whitelist']
  const paths = toMap(values.container_policy_extensions, 'last', problems)
  const last = find('security').at(-1)
  const mode = modeOf(last, security.check_credentials)
  if (mode === 'external' && last !== undefined) {
    problems.report(
      'unsupported',
      atValue(last),
      'an empty section asks for an external library, which cannot be loaded',
    )
  }
  return {
    mode,
    allowsRemoteClients: security.allow_remote_clients,
    policies: security.policies,
    updateWhitelist: { isChecked: whitelist['check-whitelist'], uids: whitelist.uids, serviceIds: whitelist.services },
    policyExtensions: new Map([...paths].map(([host, path]) => [host, extensionFolder(path, configurationFolder)])),
  }
}

function modeOf(last: Found | undefined, checksCredentials: boolean): SecurityConfiguration['mode'] {
  if (last === undefined) return 'off'
  if (last.node.entries.length === 0) return 'external'
  return checksCredentials ? 'enforce' : 'audit'
}

/** vsomeip cuts the path before its first slash and puts it below the folder above the default one. */
function extensionFolder(path: string, configurationFolder: string): string {
  const above = configurationFolder.slice(0, configurationFolder.lastIndexOf('/'))
  const slash = path.indexOf('/')
  return slash < 0 ? above : above + path.slice(slash)
}
