import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadPolicyExtension } from './policy-extensions.ts'
import { ConfigurationError } from './problems.ts'
import { memoryFiles } from './testing/memory-files.ts'

const policy = (uid: number) =>
  `{"security":{"policies":[{"credentials":{"uid":${uid},"gid":${uid}},"allow":{}}]},"network":"not read"}`

const load = (texts: Readonly<Record<string, string>>, more: { strict?: boolean } = {}) =>
  loadPolicyExtension({
    folder: '/ext',
    owner: { uid: 1, gid: 2 },
    environment: {},
    files: memoryFiles(texts),
    workingDirectory: '/',
    ...more,
  })

test('policies come from mandatory files of the folder and of the own subfolder, and from the file of all subfolders', async () => {
  const { policies, problems } = await load({
    '/ext/vsomeip_security.json': policy(1),
    '/ext/other.json': policy(2),
    '/ext/1_2/vsomeip_security.json': policy(3),
    '/ext/1_2/vsomeip_app.json': policy(4),
    '/ext/7_7/vsomeip_security.json': policy(5),
    '/ext/7_7/vsomeip_app.json': policy(6),
  })
  assert.deepEqual(problems, [])
  assert.deepEqual(
    policies.map(({ credentials }) => credentials.owners[0]?.uids[0]?.first),
    [4, 3, 5, 1],
  )
})

test('a folder that is not there holds no policies', async () => {
  assert.deepEqual((await load({})).policies, [])
})

test('problems of the files are listed, or refused by a strict reading', async () => {
  const texts = { '/ext/vsomeip_security.json': '{"security":\n{"policies":[{}]}}' }
  const { problems } = await load(texts)
  assert.deepEqual(
    problems.map(({ file, line, column, kind }) => [file, line, column, kind]),
    [['/ext/vsomeip_security.json', 2, 14, 'invalid-value']],
  )
  await assert.rejects(load(texts, { strict: true }), ConfigurationError)
})
