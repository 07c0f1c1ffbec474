import type { Clock } from '@opensovd/base'
import {
  type DataValue,
  type Entity,
  type EventBus,
  type FaultList,
  type Feed,
  isNews,
  type Reading,
} from '@opensovd/core'
import { dataEvent, faultSnapshotEvent, GAPS, keepaliveEvent } from '../views/events.ts'

/** What a new reader waits for values that take long; they follow when they are there. */
const PATIENCE_MS = 2000

export interface DataFeedOptions {
  readonly events: EventBus
  readonly clock: Clock
  readonly component: Entity
  /** The items that are told of. */
  readonly ids: readonly string[]
  /** Whether faults are told of as well. */
  readonly withFaults: boolean
}

/** Tells the values of data items, and all faults of their component, whenever they change. */
export function dataFeed({ events, clock, component, ids, withFaults }: DataFeedOptions): Feed {
  const values = new Map<string, Reading<DataValue>>()
  let faults: Reading<FaultList> | undefined

  return {
    ...GAPS,
    start(stream) {
      const awaited = new Set<string>([...ids, ...(withFaults ? [FAULTS] : [])])
      const arrived = (what: string) => {
        if (awaited.delete(what) && awaited.size === 0) stream.setReady(true)
      }
      const cancelPatience = clock.after(PATIENCE_MS, () => stream.setReady(true))
      const ends = ids.map((id) =>
        events.watch(events.data(component, id), {
          intervalMs: events.limits.dataPollMs,
          onReading(reading) {
            const before = values.get(id)
            values.set(id, reading)
            if (isNews(before, reading)) stream.append(dataEvent(component, id, before ? CHANGE : SNAPSHOT, reading))
            arrived(id)
          },
        }),
      )
      if (withFaults) {
        const onReading = (reading: Reading<FaultList>) => {
          const before = faults
          faults = reading
          if (isNews(before, reading)) stream.append(faultSnapshotEvent(component, reading))
          arrived(FAULTS)
        }
        ends.push(events.watch(events.faults(component), { intervalMs: events.limits.faultPollMs, onReading }))
      }
      if (awaited.size === 0) stream.setReady(true)
      return () => {
        cancelPatience()
        for (const end of ends) end()
      }
    },
    snapshot: () => [
      ...[...values].map(([id, reading]) => dataEvent(component, id, SNAPSHOT, reading)),
      ...(faults ? [faultSnapshotEvent(component, faults)] : []),
      keepaliveEvent(component, clock.now()),
    ],
  }
}

const SNAPSHOT = 'data-snapshot'
const CHANGE = 'data-change'
/** Among the ids of data items, none of which is like it. */
const FAULTS = '/faults'
