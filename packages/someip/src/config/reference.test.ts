import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { renderReference } from './reference.ts'
import { keyRows } from './schema.ts'

const page = new URL('../../../../docs/someip-configuration.md', import.meta.url)

test('docs/someip-configuration.md is what the table of keys says; renderReference() writes it anew', async () => {
  assert.equal(await readFile(page, 'utf8'), renderReference())
})

test('every key is on the page, with a meaning or with the reason why it has none', () => {
  const text = renderReference()
  for (const { path, meaning, noEffect } of keyRows()) {
    assert.ok(text.includes(`| \`${path}\` |`), path)
    assert.ok(meaning !== '' || noEffect !== undefined, path)
  }
})
