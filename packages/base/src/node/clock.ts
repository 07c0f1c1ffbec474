import { type Clock, sleepWith } from '../clock.ts'

/** The longest delay of a timer of Node.js; it takes longer ones for none at all. */
const MAX_DELAY_MS = 2 ** 31 - 1

function after(ms: number, task: () => void): () => void {
  if (ms <= MAX_DELAY_MS) {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  }
  let cancel = after(MAX_DELAY_MS, () => {
    cancel = after(ms - MAX_DELAY_MS, task)
  })
  return () => cancel()
}

/** Real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleepWith(after, ms, signal),
  after,
  random: () => Math.random(),
}
