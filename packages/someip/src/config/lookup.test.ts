import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LookupOptions, lookUpFiles } from './lookup.ts'
import { Problems } from './problems.ts'
import { memoryFiles } from './testing/memory-files.ts'

const options = { applicationName: 'clock', environment: {}, workingDirectory: '/home/me' }

async function lookUp(paths: readonly string[], more: Partial<LookupOptions> = {}) {
  const problems = new Problems()
  const files = memoryFiles(Object.fromEntries(paths.map((path) => [path, '{}'])))
  const { mandatory, others, skipped } = await lookUpFiles({ ...options, files, ...more }, problems)
  return { mandatory, others, skipped, problems: problems.list() }
}

const found = async (paths: readonly string[], more: Partial<LookupOptions> = {}) => {
  const { mandatory, others, problems } = await lookUp(paths, more)
  assert.deepEqual(problems, [])
  return [...mandatory, ...others]
}

test('without any file nothing is found and nothing is wrong', async () => {
  assert.deepEqual(await found([]), [])
})

test('the default folder is read before the default file', async () => {
  assert.deepEqual(await found(['/etc/vsomeip.json', '/etc/vsomeip/a.json']), [
    '/etc/vsomeip/a.json',
    '/etc/vsomeip.json',
  ])
})

test('the default places can be others', async () => {
  const paths = ['/opt/v.json', '/opt/v/a.json', '/etc/vsomeip.json']
  const places = { defaultFile: '/opt/v.json', defaultFolder: '/opt/v' }
  assert.deepEqual(await found(paths, places), ['/opt/v/a.json', '/opt/v.json'])
})

test('a file given for the application takes the place of the default file and folder', async () => {
  const paths = ['/etc/vsomeip.json', '/etc/vsomeip/a.json', '/home/me/mine.json']
  assert.deepEqual(await found(paths, { path: 'mine.json' }), ['mine.json'])
})

test('a folder given for the application takes the place of the default file and folder', async () => {
  const paths = ['/etc/vsomeip.json', '/etc/vsomeip/a.json', '/srv/mine/b.json']
  assert.deepEqual(await found(paths, { path: '/srv/mine' }), ['/srv/mine/b.json'])
})

test('a path given for the application that does not exist is a problem, and nothing is read', async () => {
  const { mandatory, others, problems } = await lookUp(['/etc/vsomeip.json'], { path: 'mine.json' })
  assert.deepEqual([...mandatory, ...others], [])
  assert.deepEqual(
    problems.map(({ kind, file, line, column }) => ({ kind, file, line, column })),
    [{ kind: 'missing-configuration', file: 'mine.json', line: 1, column: 1 }],
  )
})

test('a file in the working directory takes the place of the file only', async () => {
  const paths = ['/etc/vsomeip.json', '/etc/vsomeip/a.json', '/home/me/vsomeip.json']
  assert.deepEqual(await found(paths), ['./vsomeip.json', '/etc/vsomeip/a.json'])
})

test('a folder in the working directory takes the place of the folder only', async () => {
  const paths = ['/etc/vsomeip.json', '/etc/vsomeip/a.json', '/home/me/vsomeip/b.json']
  assert.deepEqual(await found(paths), ['./vsomeip/b.json', '/etc/vsomeip.json'])
})

test('the working directory goes before the path given for the application', async () => {
  const paths = ['/home/me/vsomeip.json', '/srv/mine.json']
  assert.deepEqual(await found(paths, { path: '/srv/mine.json' }), ['./vsomeip.json'])
})

test('a file that the environment names takes the place of all others', async () => {
  const paths = ['/etc/vsomeip.json', '/etc/vsomeip/a.json', '/home/me/vsomeip.json', '/srv/all.json']
  const environment = { VSOMEIP_CONFIGURATION: '/srv/all.json' }
  assert.deepEqual(await found(paths, { environment }), ['/srv/all.json'])
  assert.deepEqual(await found(paths, { environment, path: '/etc/vsomeip' }), ['/srv/all.json'])
})

test('a folder that the environment names takes the place of all others', async () => {
  const paths = ['/etc/vsomeip.json', '/home/me/vsomeip/a.json', '/srv/all/b.json']
  assert.deepEqual(await found(paths, { environment: { VSOMEIP_CONFIGURATION: '/srv/all/' } }), ['/srv/all/b.json'])
})

test('the variable of the application goes before the one for all', async () => {
  const environment = { VSOMEIP_CONFIGURATION: '/srv/all.json', VSOMEIP_CONFIGURATION_clock: 'clock.json' }
  const paths = ['/srv/all.json', '/home/me/clock.json']
  assert.deepEqual(await found(paths, { environment }), ['clock.json'])
  assert.deepEqual(await found(paths, { environment, applicationName: 'radio' }), ['/srv/all.json'])
})

test('a name in the environment that does not exist is a problem, and the other places stay', async () => {
  const environment = { VSOMEIP_CONFIGURATION: '/srv/all.json', VSOMEIP_CONFIGURATION_clock: 'clock.json' }
  const { others, problems } = await lookUp(['/etc/vsomeip.json', '/srv/all.json'], { environment })
  assert.deepEqual(others, ['/etc/vsomeip.json'])
  const message = 'named by VSOMEIP_CONFIGURATION_clock, but neither a file nor a folder'
  assert.deepEqual(problems, [
    { kind: 'missing-configuration', severity: 'error', file: 'clock.json', line: 1, column: 1, path: '', message },
  ])
})

test('the folder of the user and group is read besides the folder it is in', async () => {
  const paths = ['/etc/vsomeip/a.json', '/etc/vsomeip/1000_100/b.json', '/etc/vsomeip/1000_101/c.json']
  const owner = { uid: 1000, gid: 100 }
  assert.deepEqual(await found(paths, { owner }), ['/etc/vsomeip/a.json', '/etc/vsomeip/1000_100/b.json'])
  assert.deepEqual(await found(paths), ['/etc/vsomeip/a.json'])
})

test('with a file alone there is no folder of the user and group', async () => {
  const paths = ['/srv/a.json', '/srv/1000_100/b.json']
  const environment = { VSOMEIP_CONFIGURATION: '/srv/a.json' }
  assert.deepEqual(await found(paths, { environment, owner: { uid: 1000, gid: 100 } }), ['/srv/a.json'])
})

test('files of a folder come in ascending order and without those of its subfolders', async () => {
  const paths = ['/etc/vsomeip/b.json', '/etc/vsomeip/a.json', '/etc/vsomeip/B.JSON', '/etc/vsomeip/sub/c.json']
  assert.deepEqual(await found(paths), ['/etc/vsomeip/B.JSON', '/etc/vsomeip/a.json', '/etc/vsomeip/b.json'])
})

test('files of a folder that do not end in .json are skipped, but not those with mandatory names', async () => {
  const environment = { VSOMEIP_MANDATORY_CONFIGURATION_FILES: 'base.conf' }
  const paths = ['/etc/vsomeip/README', '/etc/vsomeip/a.json.bak', '/etc/vsomeip/base.conf', '/etc/vsomeip/z.json']
  assert.deepEqual(await lookUp(paths, { environment }), {
    mandatory: ['/etc/vsomeip/base.conf'],
    others: ['/etc/vsomeip/z.json'],
    skipped: ['/etc/vsomeip/README', '/etc/vsomeip/a.json.bak'],
    problems: [],
  })
})

test('a single file is read whatever it ends in, and is mandatory by its name', async () => {
  const named = (path: string) => ({ environment: { VSOMEIP_CONFIGURATION: path } })
  assert.deepEqual((await lookUp(['/srv/all.conf'], named('/srv/all.conf'))).others, ['/srv/all.conf'])
  assert.deepEqual((await lookUp(['/srv/vsomeip_std.json'], named('/srv/vsomeip_std.json'))).mandatory, [
    '/srv/vsomeip_std.json',
  ])
})

test('a folder that cannot be read is a problem', async () => {
  const files = memoryFiles({ '/etc/vsomeip/a.json': '{}' })
  const problems = new Problems()
  const broken = { ...files, list: () => Promise.reject(new Error('permission denied')) }
  const { others } = await lookUpFiles({ ...options, files: broken }, problems)
  assert.deepEqual(others, [])
  const message = 'the folder cannot be read: permission denied'
  assert.deepEqual(problems.list(), [
    { kind: 'unreadable-file', severity: 'error', file: '/etc/vsomeip', line: 1, column: 1, path: '', message },
  ])
})
