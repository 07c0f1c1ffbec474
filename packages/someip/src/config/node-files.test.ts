import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loadConfiguration } from './load.ts'
import { nodeFiles } from './node-files.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'someip-config-'))
  await mkdir(join(folder, 'vsomeip', '5_6'), { recursive: true })
  await writeFile(join(folder, 'vsomeip', 'a.json'), '{"network":"a"}')
  await writeFile(join(folder, 'vsomeip', '5_6', 'b.json'), '{"device":"b"}')
  await symlink('a.json', join(folder, 'vsomeip', 'link.json'))
  await symlink('nowhere.json', join(folder, 'vsomeip', 'broken.json'))
})
after(() => rm(folder, { recursive: true }))

test('tells files from folders, through links', async () => {
  const kinds = ['vsomeip', 'vsomeip/a.json', 'vsomeip/link.json', 'vsomeip/broken.json', 'missing']
  assert.deepEqual(await Promise.all(kinds.map((path) => nodeFiles.kindOf(join(folder, path)))), [
    'folder',
    'file',
    'file',
    undefined,
    undefined,
  ])
})

test('loads a configuration from the working directory', async () => {
  const { configuration, problems, files } = await loadConfiguration({
    applicationName: 'clock',
    environment: {},
    workingDirectory: folder,
    defaultFile: join(folder, 'none.json'),
    files: nodeFiles,
    owner: { uid: 5, gid: 6 },
  })
  assert.deepEqual([configuration.network.name, configuration.network.device], ['a', 'b'])
  assert.deepEqual(files, ['./vsomeip/a.json', './vsomeip/link.json', './vsomeip/5_6/b.json'])
  assert.deepEqual(
    problems.map(({ kind, file }) => [kind, file]),
    [
      ['unreadable-file', './vsomeip/broken.json'],
      ['duplicate-definition', './vsomeip/link.json'],
    ],
  )
})

test('reports what cannot be read', async () => {
  await assert.rejects(nodeFiles.read(join(folder, 'missing')), { code: 'ENOENT' })
  await assert.rejects(nodeFiles.list(join(folder, 'missing')), { code: 'ENOENT' })
})
