import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const SCRIPT = fileURLToPath(new URL('../../scripts/api-docs.mjs', import.meta.url))
const PAGE = new URL('../../docs/api/someip.md', import.meta.url)
const WITHOUT_DOC = /^#### `\w+`\n\n```ts\n(?:function|class|const|abstract class) (\w+)/gm

test('docs/api/someip.md is what the sources say; node scripts/api-docs.mjs someip writes it anew', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, 'someip', '--print'], { maxBuffer: 1 << 24 })
  const page = await readFile(PAGE, 'utf8')
  const [line, expected] = firstDifference(page.split('\n'), stdout.split('\n'))
  assert.deepEqual({ line, text: page.split('\n')[line] }, { line, text: expected })
})

test('every function, class and value of the API says what it is for', async () => {
  const page = await readFile(PAGE, 'utf8')
  assert.deepEqual(
    [...page.matchAll(WITHOUT_DOC)].map(([, name]) => name),
    [],
  )
})

/** One line instead of a page, should they differ. */
function firstDifference(page: readonly string[], now: readonly string[]): [line: number, text: string | undefined] {
  const length = Math.max(page.length, now.length)
  for (let line = 0; line < length; line++) if (page[line] !== now[line]) return [line, now[line]]
  return [0, page[0]]
}
