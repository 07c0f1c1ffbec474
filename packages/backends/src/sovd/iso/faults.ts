import type { JsonObject } from '@opensovd/base'
import { isJsonObject } from '@opensovd/base'
import type { Fault, FaultFacet, FaultSeverity } from '@opensovd/core'
import type { ApiClient } from '../api-client.ts'
import type { AllFacets } from '../dialect.ts'
import { findFault } from '../fallback.ts'
import { segment } from '../path.ts'
import { defined, listOf, numberOf, objectOf, requiredText, textOf, textsOf } from '../shape.ts'

/** Fault memory of the component at `path` [17978-3 7.8]. */
export function isoFaults(api: ApiClient, path: string): AllFacets['faults'] {
  const collection = `${path}/faults`
  const list: FaultFacet['list'] = (context) =>
    api.get(collection, context, (json) => withOwnIds(listOf(json, 'items', fault)))
  return {
    list,
    read: async (id, context) => {
      const one = `${collection}/${segment(id)}`
      return findFault(() => api.get(one, context, (json) => detail(objectOf(json))), list, id, context)
    },
    clearAll: (context) => api.change({ method: 'DELETE', path: collection }, context, () => {}),
    clear: async (id, context) =>
      api.change({ method: 'DELETE', path: `${collection}/${segment(id)}` }, context, () => {}),
  }
}

/** A fault as the standard writes it; booleans, and other spellings of its status bits, are made those of the standard. */
export function fault(item: JsonObject): Fault {
  const code = requiredText(item, 'code')
  return defined<Fault>({
    id: code,
    code,
    displayCode: textOf(item, 'display_code'),
    name: textOf(item, 'fault_name') ?? code,
    description: textOf(item, 'symptom'),
    scope: textOf(item, 'scope'),
    severity: severityOf(numberOf(item, 'severity')),
    status: isJsonObject(item.status) ? statusOf(item.status) : {},
    classificationTags: textsOf(item, 'tags'),
  })
}

/** A fault with what was stored beside it. */
export function detail(body: JsonObject): Fault {
  const found = fault(objectOf(body.item))
  return body.environment_data === undefined ? found : { ...found, environmentData: body.environment_data }
}

/** The lower the worse; what is beyond the scale is at its end, and what is not told in its middle. */
function severityOf(severity: number | undefined): FaultSeverity {
  if (severity === undefined) return 3
  if (severity <= 1) return 1
  return severity < 3 ? 2 : severity < 4 ? 3 : 4
}

/** Status names by their letters, for servers that spell them otherwise. */
const STATUS_NAMES = new Map(
  [
    'testFailed',
    'testFailedThisOperationCycle',
    'pendingDTC',
    'confirmedDTC',
    'testNotCompletedSinceLastClear',
    'testFailedSinceLastClear',
    'testNotCompletedThisOperationCycle',
    'warningIndicatorRequested',
    'aggregatedStatus',
  ].map((name) => [lettersOf(name), name]),
)

function lettersOf(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}

/** Status bits as the standard writes them: its names, and texts for booleans and numbers. */
function statusOf(status: JsonObject): Fault['status'] {
  return Object.fromEntries(
    Object.entries(status).flatMap(([name, value]) => {
      const text = typeof value === 'boolean' ? (value ? '1' : '0') : value
      if (typeof text !== 'string' && typeof text !== 'number') return []
      return [[STATUS_NAMES.get(lettersOf(name)) ?? name, String(text)]]
    }),
  )
}

/** The same code in several scopes is several faults. */
export function withOwnIds(faults: readonly Fault[]): readonly Fault[] {
  const counts = new Map<string, number>()
  return faults.map((each) => {
    const count = (counts.get(each.code) ?? 0) + 1
    counts.set(each.code, count)
    return count === 1 ? each : { ...each, id: `${each.code}-${count}` }
  })
}
