import { pick } from '@opensovd/base'
import type { Feature } from '@opensovd/core'

export function featureView(feature: Feature) {
  return {
    ...pick(feature, ['name', 'enabled', 'description']),
    ...(feature.available ? {} : { '@sovd.available': false as const }),
  }
}
