// A door of the vehicle: its window can be moved, and closing it is an operation that takes a while and can be cancelled.
// node docs/examples/providers/door.ts /run/sovd/providers/door.sock
import { setTimeout as sleep } from 'node:timers/promises'
import { openProvider } from '@opensovd/provider'

const [socket = '/tmp/door.sock'] = process.argv.slice(2)
let position = 60

const provider = await openProvider({
  socket,
  entities: [
    {
      id: 'door-left',
      name: 'Left front door',
      data: {
        'window-position': {
          name: 'Window position',
          type: 'integer',
          unit: '%',
          min: 0,
          max: 100,
          read: () => position,
          write: (value) => {
            position = Number(value)
          },
        },
      },
      operations: {
        'close-window': {
          name: 'Close the window',
          run: async ({ signal, progress }) => {
            const from = position
            while (position > 0) {
              await sleep(50, undefined, { signal })
              position--
              progress((100 * (from - position)) / from)
              await provider.entity('door-left').changed('window-position')
            }
            return { position }
          },
        },
      },
    },
  ],
})
console.log(`the door is at ${socket}`)
process.once('SIGINT', () => provider.close())
process.once('SIGTERM', () => provider.close())
