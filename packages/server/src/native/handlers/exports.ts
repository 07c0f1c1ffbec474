import type { Clock } from '@opensovd/base'
import {
  type DataReading,
  type Diagnostics,
  type FaultsOfEntity,
  facetOf,
  faultSources,
  type PastFault,
  readFaults,
  readSnapshot,
} from '@opensovd/core'
import type { Fault, NativeApi, PartialFailure } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { timeRangeOf } from '../time-range.ts'
import { exportedFaultView, faultExportEndView } from '../views/exported-faults.ts'
import {
  type ExportOrigin,
  faultExportHeadView,
  faultHistoryHeadView,
  pastFaultView,
  snapshotHeadView,
  snapshotItemView,
} from '../views/exports.ts'
import type { ServerIdentity } from './discovery.ts'

type ExportRoutes = Pick<NativeApi, 'snapshotComponent' | 'exportFaults'>

type Severity = Fault['severity']

const RANKS: Readonly<Record<Severity, number>> = { low: 0, medium: 1, high: 2, critical: 3 }

export function exportHandlers({ tree, faultHistory }: Diagnostics, { serverVersion }: ServerIdentity, clock: Clock) {
  const origin: ExportOrigin = { clock, serverVersion }
  const componentWithFaults = (id: string) => {
    const component = tree.get('component', id)
    facetOf(component, 'faults')
    return component
  }

  return handlersOf<ExportRoutes>({
    snapshotComponent: async ({ params }, context) => {
      const component = tree.get('component', params.componentId)
      return snapshotLines(origin, component.id, await readSnapshot(facetOf(component, 'data'), context))
    },

    exportFaults: async ({ query }, context) => {
      const { componentId, severity = 'low', from, to } = query
      if (from !== undefined || to !== undefined) {
        const range = timeRangeOf(from, to)
        const past = { ...range, ...(componentId === undefined ? {} : { componentId }) }
        const head = faultHistoryHeadView(origin, tree.list('component').filter(isWanted(componentId)), range)
        return pastFaultLines(head, faultHistory.read(past, context.signal), severity)
      }
      const one = componentId === undefined ? undefined : [componentWithFaults(componentId)]
      const down = one ? [] : tree.failures()
      const head = faultExportHeadView(origin, one ?? tree.list('component'), down)
      const lists = readFaults(tree, one ?? faultSources(tree), clock, context)
      return faultLines({ head, down, lists }, severity)
    },
  })
}

async function* snapshotLines(origin: ExportOrigin, componentId: string, readings: AsyncIterable<DataReading>) {
  yield snapshotHeadView(origin, componentId)
  for await (const reading of readings) yield snapshotItemView(componentId, reading)
}

interface FaultExport {
  readonly head: ReturnType<typeof faultExportHeadView>
  /** The backends that the head tells of. */
  readonly down: readonly PartialFailure[]
  readonly lists: AsyncIterable<FaultsOfEntity>
}

async function* faultLines({ head, down, lists }: FaultExport, leastSevere: Severity) {
  yield head
  const told = new Set(down.map(({ backend }) => backend))
  const failed: PartialFailure[] = []
  for await (const { entity, faults, partial } of lists) {
    for (const fault of faults) {
      const view = exportedFaultView(entity, fault)
      if (RANKS[view.severity] >= RANKS[leastSevere]) yield view
    }
    for (const failure of partial) {
      if (!told.has(failure.backend)) failed.push(failure)
      told.add(failure.backend)
    }
    yield undefined
  }
  if (failed.length > 0) yield faultExportEndView(failed)
}

const isWanted =
  (componentId: string | undefined) =>
  ({ id }: { readonly id: string }) =>
    componentId === undefined || id === componentId

async function* pastFaultLines(
  head: ReturnType<typeof faultHistoryHeadView>,
  records: AsyncIterable<PastFault>,
  leastSevere: Severity,
) {
  yield head
  for await (const record of records) {
    const view = pastFaultView(record)
    if (RANKS[view.severity] >= RANKS[leastSevere]) yield view
  }
}
