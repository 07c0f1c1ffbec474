import type { JsonObject } from '@opensovd/base'
import type { Fault, FaultFacet, FaultSeverity } from '@opensovd/core'
import type { ApiClient } from '../api-client.ts'
import type { AllFacets } from '../dialect.ts'
import { findFault } from '../fallback.ts'
import { segment } from '../path.ts'
import { defined, listOf, objectOf, requiredText, textOf, textsOf } from '../shape.ts'

/** Fault memory of the component at `path`. */
export function nativeFaults(api: ApiClient, path: string): AllFacets['faults'] {
  const collection = `${path}/faults`
  const list: FaultFacet['list'] = (context) => api.get(collection, context, (json) => listOf(json, 'value', fault))
  return {
    list,
    read: async (id, context) => {
      const one = `${collection}/${segment(id)}`
      return findFault(() => api.get(one, context, (json) => fault(objectOf(json))), list, id, context)
    },
    watch: (listener, context) => api.watch(`${collection}/subscribe`, context, () => listener()),
    clearAll: (context) => api.change({ method: 'DELETE', path: collection }, context, () => {}),
    clear: async (id, context) =>
      api.change({ method: 'DELETE', path: `${collection}/${segment(id)}` }, context, () => {}),
  }
}

const SEVERITIES: Readonly<Record<string, FaultSeverity>> = { critical: 1, high: 2, medium: 3, low: 4 }

function fault(item: JsonObject): Fault {
  const id = requiredText(item, 'id')
  const code = textOf(item, 'code') ?? id
  const status = textOf(item, 'status')
  return defined<Fault>({
    id,
    code,
    displayCode: textOf(item, 'displayCode'),
    name: textOf(item, 'name') ?? code,
    description: textOf(item, 'description'),
    scope: textOf(item, 'scope'),
    severity: SEVERITIES[textOf(item, 'severity') ?? ''] ?? 3,
    status: status === undefined ? {} : { aggregatedStatus: status },
    affectedSubsystem: textOf(item, 'affectedSubsystem'),
    correlatedSignals: textsOf(item, 'correlatedSignals'),
    classificationTags: textsOf(item, 'classificationTags'),
    environmentData: item.environmentData,
  })
}
