// A service that behaves as its argument says, for the tests of how services end.
import { type Clock, silentLogger } from '@opensovd/base'
import { systemClock } from '@opensovd/base/node'
import { runService } from '../service.ts'

/** Waits a hundredth of the time. */
const hastyClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) }

const say = (text: string) => process.stdout.write(`${text}\n`)
const behaviours: Readonly<Record<string, () => { afterReady?: () => void; close: () => Promise<void> }>> = {
  orderly: () => ({ close: async () => void say('closed') }),
  'throws later': () => ({
    afterReady: () =>
      queueMicrotask(() => {
        throw new Error('later')
      }),
    close: async () => void say('closed'),
  }),
  'rejects later': () => ({
    afterReady: () => void Promise.reject(new Error('later')),
    close: async () => void say('closed'),
  }),
  'never closes': () => ({ close: () => new Promise(() => {}) }),
  'fails to close': () => ({ close: () => Promise.reject(new Error('no')) }),
}

const behaviour = behaviours[process.argv[2] ?? '']?.()
if (!behaviour) throw new Error('which behaviour?')
const log = { ...silentLogger, error: (message: string) => void say(`error: ${message}`) }
await runService({
  clock: hastyClock,
  log,
  open: async () => {
    const keepRunning = setInterval(() => {}, 60_000)
    setImmediate(() => behaviour.afterReady?.())
    return {
      ready: 'ready',
      [Symbol.asyncDispose]: async () => {
        clearInterval(keepRunning)
        await behaviour.close()
      },
    }
  },
})
