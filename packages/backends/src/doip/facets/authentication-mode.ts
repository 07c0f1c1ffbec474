import { messageOf } from '@opensovd/base'
import { fromHex } from '@opensovd/base/bytes'
import { type AuthenticationDescription, type CommandKeys, keyProvider } from '@opensovd/ecu'
import { AUTHENTICATION, authenticate, type KeyProvider, type SeedChallenge, UdsError } from '@opensovd/uds'
import type { EcuLink } from '../ecu-link.ts'
import type { Mode } from './mode.ts'

export const AUTHENTICATION_MODE = 'authentication'
const AUTHENTICATED = 'authenticated'
const DEAUTHENTICATED = 'deauthenticated'

export interface AuthenticationParts {
  readonly link: EcuLink
  readonly commandKeys: CommandKeys | undefined
}

/** The tester authenticates with the certificate that the description has, and the proof that it says how to make. */
export function authenticationMode(
  { link, commandKeys }: AuthenticationParts,
  { certificate, proof, ...access }: AuthenticationDescription,
): Mode {
  return {
    group: () => ({
      id: AUTHENTICATION_MODE,
      value: link.client.state.authenticated ? AUTHENTICATED : DEAUTHENTICATED,
      values: [{ value: DEAUTHENTICATED }, { value: AUTHENTICATED }],
    }),
    set: async (value, context) => {
      if (value === DEAUTHENTICATED) {
        await link.request('authentication', { task: AUTHENTICATION.DE_AUTHENTICATE }, context)
        return
      }
      const keys = keyProvider(proof, commandKeys)
      const provider = {
        certificate: fromHex(certificate),
        prove: (seed: Uint8Array, signal?: AbortSignal) =>
          proofOf(keys, { ecu: link.ecu.address, level: 0, seed }, signal),
      }
      link.keeper.touch(context.caller)
      const needs = { access, guarded: 'modes' } as const
      await link.run((client) => authenticate(client, provider, context.signal), context, needs)
    },
  }
}

async function proofOf(keys: KeyProvider, challenge: SeedChallenge, signal?: AbortSignal): Promise<Uint8Array> {
  try {
    return await keys.key(challenge, signal)
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    throw new UdsError('UDS_KEY_PROVIDER', `no proof of ownership could be made: ${messageOf(cause)}`, { cause })
  }
}
