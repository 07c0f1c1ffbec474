import { type Static, Type } from 'typebox'
import { AnyJson, Id } from './common.ts'

export const Configuration = Type.Object({ componentId: Id, parameters: AnyJson }, { title: 'Configuration' })

export const ConfigurationWrite = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 128 }), value: AnyJson },
  { title: 'ConfigurationWrite' },
)

export type Configuration = Static<typeof Configuration>
