// Starts the programs once after an installation, so that their compiled code is there when somebody starts them first.
// Whatever goes wrong here only leaves that first start slower.
import { spawn } from 'node:child_process'

const LIMIT_MS = 10_000

const child = spawn('sovd', ['demo', '--port', '0', '--ecu-port', '0'], { stdio: ['ignore', 'pipe', 'ignore'] })
const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
child.on('error', () => clearTimeout(limit))
child.on('exit', () => clearTimeout(limit))
child.stdout.once('data', () => child.kill('SIGTERM'))
