import type { Entity, EventBus, EventText, FaultList, Feed, Reading } from '@opensovd/core'
import { faultChangeEvent, GAPS, sourceErrorEvent } from '../views/events.ts'

type Failure = Extract<Reading<FaultList>, { error: unknown }>

/** Tells which faults of a component come and go. */
export function faultFeed(events: EventBus, component: Entity): Feed {
  let known: ReadonlySet<string> = new Set()
  let failure: Failure | undefined

  /** What changed; a list that is incomplete tells of nothing that is gone. */
  const change = ({ faults, partial }: FaultList): EventText | undefined => {
    const ids = new Set(faults.map(({ id }) => id))
    const added = [...ids].filter((id) => !known.has(id))
    const removed = partial ? [] : [...known].filter((id) => !ids.has(id))
    known = partial ? new Set([...known, ...ids]) : ids
    return added.length + removed.length > 0 ? faultChangeEvent(component, added, removed, known.size) : undefined
  }
  const eventOf = (reading: Reading<FaultList>): EventText | undefined => {
    failure = 'error' in reading ? reading : undefined
    return 'error' in reading ? sourceErrorEvent(component, reading.error, reading.atMs) : change(reading.value)
  }

  return {
    ...GAPS,
    start(stream) {
      return events.watch(events.faults(component), {
        intervalMs: events.limits.faultPollMs,
        onReading(reading, news) {
          const event = news ? eventOf(reading) : undefined
          // Before there was a first reader to tell, the beginning tells it.
          if (event) stream.append(event)
          stream.setReady(true)
        },
      })
    },
    snapshot: () => [
      ...(known.size > 0 ? [faultChangeEvent(component, [...known], [], known.size)] : []),
      ...(failure ? [sourceErrorEvent(component, failure.error, failure.atMs)] : []),
    ],
  }
}
