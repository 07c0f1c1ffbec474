import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'smol-toml'
import { checkSettings } from './check-settings.ts'
import { Findings } from './findings.ts'
import { loadConfig, readDocument } from './load.ts'
import { withReference } from './reference.ts'
import { Settings } from './settings/settings.ts'

const docs = fileURLToPath(new URL('../../../../docs/', import.meta.url))
const examples = globSync(`${docs}examples/*.toml`)

/** The example with the settings turned on that it shows but does not make. */
function complete(text: string): string {
  return text.replaceAll(/^#(?=\S)/gm, '')
}

function keysOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)])
}

interface Node {
  readonly properties?: object
  readonly items?: object
  readonly anyOf?: readonly object[]
}

function schemaKeys(node: Node): readonly string[] {
  const inner = Object.entries(node.properties ?? {}).flatMap(([key, child]) => [key, ...schemaKeys(child)])
  const others = [...(node.items ? [node.items] : []), ...(node.anyOf ?? [])]
  return [...inner, ...others.flatMap(schemaKeys)]
}

for (const file of examples) {
  const name = basename(file)

  test(`${name} can be used as it is`, () => {
    const { warnings } = loadConfig({ document: readDocument(file), env: {} })
    assert.deepEqual(warnings, [])
  })

  test(`${name} shows no setting that does not exist`, () => {
    const findings = new Findings(() => undefined)
    checkSettings(parse(complete(readFileSync(file, 'utf8'))), findings)
    assert.deepEqual(findings.problems, [])
  })
}

for (const [section, schema] of Object.entries(Settings.properties)) {
  test(`every setting of ${section} is in an example`, () => {
    const values = parse(complete(readFileSync(`${docs}examples/${section}.toml`, 'utf8')))
    assert.deepEqual(Object.keys(values), [section])
    const shown = new Set(keysOf(values[section]))
    assert.deepEqual(
      schemaKeys(schema).filter((key) => !shown.has(key)),
      [],
    )
  })
}

test('the reference in the documentation is that of the settings', () => {
  const page = readFileSync(`${docs}configuration.md`, 'utf8')
  assert.equal(page, withReference(page), 'run node apps/sovd/src/config/update-reference.ts')
})
