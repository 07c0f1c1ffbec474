import { Type } from 'typebox'
import { Id } from './common.ts'

export const FeatureFlag = Type.Object(
  {
    name: Id,
    enabled: Type.Boolean(),
    description: Type.String(),
    '@sovd.available': Type.Optional(
      Type.Literal(false, {
        description: 'there where the gateway does not have the feature: it cannot be switched on',
      }),
    ),
  },
  { title: 'FeatureFlag' },
)

export const FeatureSwitch = Type.Unknown({
  title: 'FeatureSwitch',
  description: 'an object with enabled: true or false',
})
