import type { Entity, EventBus, EventText, FaultList, Feed, Reading } from '@opensovd/core'
import { faultChangeEvent, faultUpdateEvent, GAPS, sourceErrorEvent } from '../views/events.ts'

type Failure = Extract<Reading<FaultList>, { error: unknown }>

/** Tells which faults of a component come and go, and which change. */
export function faultFeed(events: EventBus, component: Entity): Feed {
  /** What is told of each fault, by its id. */
  let known: ReadonlyMap<string, string> = new Map()
  let failure: Failure | undefined

  /** What changed; a list that is incomplete tells of nothing that is gone. */
  const changesTo = ({ faults, partial }: FaultList): EventText[] => {
    const before = known
    const found = new Map(faults.map((fault) => [fault.id, JSON.stringify(fault)]))
    known = partial ? new Map([...before, ...found]) : found
    const added = [...known.keys()].filter((id) => !before.has(id))
    const removed = [...before.keys()].filter((id) => !known.has(id))
    const changed = [...known].filter(([id, text]) => before.has(id) && before.get(id) !== text).map(([id]) => id)
    return [
      ...(added.length + removed.length > 0 ? [faultChangeEvent(component, added, removed, known.size)] : []),
      ...(changed.length > 0 ? [faultUpdateEvent(component, changed, known.size)] : []),
    ]
  }
  const eventsOf = (reading: Reading<FaultList>): EventText[] => {
    failure = 'error' in reading ? reading : undefined
    return 'error' in reading ? [sourceErrorEvent(component, reading.error, reading.atMs)] : changesTo(reading.value)
  }

  return {
    ...GAPS,
    start(stream) {
      return events.watch(events.faults(component), {
        intervalMs: events.limits.faultPollMs,
        onReading(reading, news) {
          if (news) for (const event of eventsOf(reading)) stream.append(event)
          stream.setReady(true)
        },
      })
    },
    snapshot: () => [
      ...(known.size > 0 ? [faultChangeEvent(component, [...known.keys()], [], known.size)] : []),
      ...(failure ? [sourceErrorEvent(component, failure.error, failure.atMs)] : []),
    ],
  }
}
