import type { Json } from '@opensovd/base'
import type { ConfigurationFacet } from '@opensovd/core'
import { SovdError } from '@opensovd/sovd'
import type { DiagnosticModes } from './diagnostic-modes.ts'
import { quoted } from './value-rules.ts'

/** One configuration parameter and where its value lives. */
export interface Parameter {
  readonly read: () => Json
  /** Throws SovdError `invalid-request`. */
  readonly write: (value: Json, name: string) => void
}

/** Configuration parameters of an ECU by name. Writing one needs the session `extended`. */
export function configurationFacet(
  parameters: Readonly<Record<string, Parameter>>,
  modes: DiagnosticModes,
): ConfigurationFacet {
  const byName = new Map(Object.entries(parameters))
  return {
    readAll: async () => Object.fromEntries([...byName].map(([name, { read }]) => [name, read()])),
    async write(name, value) {
      const parameter = byName.get(name)
      if (!parameter) {
        const known = quoted([...byName.keys()])
        throw new SovdError('not-found', `Parameter '${name}' not found; there is ${known}`, { target: name })
      }
      modes.requireSession(['extended'], `Writing '${name}'`)
      parameter.write(value, name)
    },
  }
}
