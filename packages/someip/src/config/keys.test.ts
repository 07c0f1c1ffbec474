import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfiguration } from './load.ts'
import { keyRows } from './schema.ts'
import { applicationCases } from './testing/cases/applications.ts'
import { discoveryCases } from './testing/cases/discovery.ts'
import { featureCases } from './testing/cases/features.ts'
import { hostCases } from './testing/cases/host.ts'
import { limitCases } from './testing/cases/limits.ts'
import { securityCases } from './testing/cases/security.ts'
import { serviceCases } from './testing/cases/services.ts'

const cases = [
  ...hostCases,
  ...applicationCases,
  ...serviceCases,
  ...discoveryCases,
  ...limitCases,
  ...securityCases,
  ...featureCases,
]

const parse = (text: string) => parseConfiguration({ files: [{ file: 'a.json', text }] })

for (const { path, without, given, read, fallback, expected } of cases) {
  test(`${path} has its default in ${without} and its value in ${given}`, () => {
    assert.deepEqual(read(parse(without).configuration), fallback)
    assert.deepEqual(read(parse(given).configuration), expected)
  })
}

test('every key without keys inside has a case', () => {
  const rows = keyRows().map(({ path }) => path)
  const leaves = rows.filter(
    (path) => !rows.some((other) => other.startsWith(`${path}.`) || other.startsWith(`${path}[`)),
  )
  const covered = new Set(cases.map(({ path }) => path))
  assert.deepEqual(
    leaves.filter((path) => !covered.has(path)),
    [],
  )
})

test('obsolete keys are reported where they stand', () => {
  const obsolete = new Set(keyRows().flatMap(({ path, type }) => (type === '' ? [path] : [])))
  const given = cases.filter(({ path }) => obsolete.has(path))
  assert.equal(given.length, obsolete.size)
  for (const { path, given: text } of given) {
    const found = parse(text).problems.map((problem) => [problem.kind, problem.path.replaceAll(/\[\d+\]/g, '[]')])
    assert.deepEqual(found, [['no-effect', path]], text)
  }
})
