// Watches how full a file system is, and reports a fault when it is nearly full.
// node docs/examples/providers/disk.ts /run/sovd/providers/disk.sock / 90
import { statfs } from 'node:fs/promises'
import { openProvider } from '@opensovd/provider'

const [socket = '/tmp/disk.sock', path = '/', limit = '90'] = process.argv.slice(2)

async function usedPercent(): Promise<number> {
  const { blocks, bfree } = await statfs(path)
  return Math.round((100 * (blocks - bfree)) / blocks)
}

const provider = await openProvider({
  socket,
  entities: [
    {
      id: 'disk',
      name: `File system of ${path}`,
      data: { used: { type: 'integer', unit: '%', normalRange: { min: 0, max: Number(limit) }, read: usedPercent } },
      onClearFault: () => {},
    },
  ],
})
const disk = provider.entity('disk')

async function look(): Promise<void> {
  if ((await usedPercent()) > Number(limit))
    disk.setFault({ code: 'DISK-FULL', name: `${path} is nearly full`, severity: 2 })
  else disk.healFault('DISK-FULL')
  await disk.changed('used')
}

await look()
const timer = setInterval(() => void look(), 1000)
console.log(`the disk is at ${socket}`)
const stop = () => {
  clearInterval(timer)
  void provider.close()
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
