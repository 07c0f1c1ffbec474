import type { Clock } from '@opensovd/base'
import {
  type CollectedFaults,
  collectFaults,
  type DataReading,
  type Diagnostics,
  facetOf,
  type PastFault,
  type PastFaultQuery,
  readSnapshot,
} from '@opensovd/core'
import { type Fault, type NativeApi, type PartialFailure, SovdError } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import {
  type ExportOrigin,
  faultExportHeadView,
  faultHistoryHeadView,
  pastFaultView,
  snapshotHeadView,
  snapshotItemView,
} from '../views/exports.ts'
import { faultView } from '../views/faults.ts'
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
        const range = rangeOf(from, to)
        const past = { ...range, ...(componentId === undefined ? {} : { componentId }) }
        const head = faultHistoryHeadView(origin, tree.list('component').filter(isWanted(componentId)), range)
        return pastFaultLines(head, faultHistory.read(past, context.signal), severity)
      }
      const components = componentId === undefined ? tree.list('component') : [componentWithFaults(componentId)]
      const down = componentId === undefined ? tree.failures() : []
      const collected = await collectFaults(tree, components, context)
      const partial = joined(down, collected.partial)
      return faultLines(faultExportHeadView(origin, components, partial), collected, severity)
    },
  })
}

async function* snapshotLines(origin: ExportOrigin, componentId: string, readings: AsyncIterable<DataReading>) {
  yield snapshotHeadView(origin, componentId)
  for await (const reading of readings) yield snapshotItemView(componentId, reading)
}

async function* faultLines(
  head: ReturnType<typeof faultExportHeadView>,
  { faults }: CollectedFaults,
  leastSevere: Severity,
) {
  yield head
  for (const { component, fault } of faults) {
    const view = faultView(component, fault)
    if (RANKS[view.severity] >= RANKS[leastSevere]) yield view
  }
}

/** Each backend once. */
function joined(down: readonly PartialFailure[], failed: readonly PartialFailure[]): readonly PartialFailure[] {
  return [...down, ...failed.filter(({ backend }) => !down.some((known) => known.backend === backend))]
}

const isWanted =
  (componentId: string | undefined) =>
  ({ id }: { readonly id: string }) =>
    componentId === undefined || id === componentId

function rangeOf(from: string | undefined, to: string | undefined): Pick<PastFaultQuery, 'fromMs' | 'toMs'> {
  if (from !== undefined && to !== undefined && Number(from) > Number(to)) {
    throw new SovdError('invalid-request', `'from', ${from}, is after 'to', ${to}`, { target: 'from' })
  }
  return { ...(from === undefined ? {} : { fromMs: Number(from) }), ...(to === undefined ? {} : { toMs: Number(to) }) }
}

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
