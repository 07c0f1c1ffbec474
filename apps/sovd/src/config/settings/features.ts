import { FEATURES } from '@opensovd/core'
import { Type } from 'typebox'
import { section } from './section.ts'

export const FEATURES_SECTION = section('What can be switched while the gateway runs, through `/x-admin/features`.', {
  disabled: Type.Array(Type.Enum(Object.keys(FEATURES)), {
    default: [],
    description: `Features that are off until somebody switches them on: any of ${Object.keys(FEATURES).join(', ')}.`,
  }),
})
