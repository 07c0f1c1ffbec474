import { isJsonObject, type Json } from '@opensovd/base'
import type { Diagnostics } from '@opensovd/core'
import { type NativeApi, SovdError } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { featureView } from '../views/features.ts'

type FeatureRoutes = Pick<NativeApi, 'listFeatures' | 'readFeature' | 'switchFeature'>

export function featureHandlers({ features }: Diagnostics) {
  return handlersOf<FeatureRoutes>({
    listFeatures: () => ({ items: features.list().map(featureView) }),

    readFeature: ({ params }) => featureView(features.get(params.flag)),

    switchFeature: ({ params, body }, { caller }) => {
      features.get(params.flag)
      return featureView(features.set(params.flag, enabledIn(body as Json), caller))
    },
  })
}

function enabledIn(body: Json): boolean {
  if (isJsonObject(body) && typeof body.enabled === 'boolean') return body.enabled
  throw new SovdError('invalid-request', 'Body must contain {"enabled": true|false}', { target: 'enabled' })
}
