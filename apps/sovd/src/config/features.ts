import { type FeatureName, isFeature } from '@opensovd/core'
import type { Settings } from './settings/settings.ts'

/** The features that are off from the beginning. */
export function readFeatures({ disabled }: Settings['features']): readonly FeatureName[] {
  return disabled.filter((name) => isFeature(name))
}
