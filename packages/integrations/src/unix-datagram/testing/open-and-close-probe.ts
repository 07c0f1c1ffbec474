/** Run in a process of its own: opens a socket at the path of the argument and closes it; then nothing keeps it running. */
import { loadUnixDatagrams } from '../unix-datagram-socket.ts'

const open = await loadUnixDatagrams()
const handler = { datagram: () => {}, failed: () => {} }
using socket = open?.({ path: process.argv[2] ?? '', maxBytes: 1024 }, handler)
process.stdout.write(socket ? 'opened' : 'unavailable')
