import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Field } from './field.ts'
import { parseConfiguration } from './load.ts'
import { ConfigurationError } from './problems.ts'
import { ALL_FIELDS } from './schema.ts'

const scalars = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.string({ maxLength: 8 }),
  fc.constantFrom(null, '', 'any', 'never', 'min', 'max', 'true', '0x', '0xFFFF', '10.0.0.1', 'fe80::1', 'P04', 'both'),
  fc.integer({ min: 0, max: 0x1_0000 }).map((id) => `0x${id.toString(16)}`),
)

/** Values that mostly have the shape that `field` expects, and sometimes any other. */
function shaped(field: Field<unknown>, depth = 0): fc.Arbitrary<unknown> {
  const wrong = { weight: 1, arbitrary: fc.oneof(scalars, fc.jsonValue({ maxDepth: 2 })) }
  const { '[]': item, ...keys } = field.inner
  const right: fc.MaybeWeightedArbitrary<unknown>[] = []
  if (item !== undefined) right.push({ weight: 4, arbitrary: fc.array(shaped(item, depth + 1), { maxLength: 3 }) })
  if (Object.keys(keys).length > 0) {
    const entries = Object.entries(keys).map(([name, one]) => [name, shaped(one, depth + 1)])
    right.push({ weight: 4, arbitrary: fc.record(Object.fromEntries(entries), { requiredKeys: [] }) })
  }
  if (right.length === 0) right.push({ weight: 8, arbitrary: scalars })
  return fc.oneof(...right, wrong)
}

const sections = Object.fromEntries(Object.entries(ALL_FIELDS).map(([name, field]) => [name, shaped(field)]))
const files = fc.array(fc.record(sections, { requiredKeys: [] }), { minLength: 1, maxLength: 2 })

/** Parses leniently, then strictly, and checks that both agree. */
function check(texts: readonly string[]): void {
  const given = texts.map((text, index) => ({ file: `${index}.json`, text }))
  const { problems } = parseConfiguration({ files: given })
  for (const { line, column, message } of problems) assert.ok(line > 0 && column > 0 && message !== '')
  if (problems.length === 0) assert.doesNotThrow(() => parseConfiguration({ files: given, strict: true }))
  else assert.throws(() => parseConfiguration({ files: given, strict: true }), ConfigurationError)
}

test('files of nearly the right shape are read, or refused with their problems', () => {
  fc.assert(
    fc.property(files, (contents) => check(contents.map((content) => JSON.stringify(content)))),
    { numRuns: 300 },
  )
})

test('any JSON and any text is read, or refused with its problems', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => check([text])),
    { numRuns: 500 },
  )
})

test('nesting of any depth is refused at once', () => {
  for (const text of [
    '['.repeat(1_000_000),
    '{"a":'.repeat(1_000_000),
    `{"services":${'['.repeat(60)}${']'.repeat(60)}}`,
  ]) {
    check([text])
  }
})

test('names of Object.prototype are keys like others', () => {
  const text = '{"__proto__":{"network":"x"},"constructor":1,"services":[{"toString":1,"service":1,"instance":1}]}'
  const { configuration, problems } = parseConfiguration({ files: [{ file: 'a.json', text }] })
  assert.equal(configuration.network.name, 'vsomeip')
  assert.deepEqual(
    problems.map(({ kind, path }) => [kind, path]),
    [
      ['unknown-key', '__proto__'],
      ['unknown-key', 'constructor'],
      ['unknown-key', 'services[0].toString'],
    ],
  )
})

test('a file of 20000 services is read', () => {
  const service = (id: number) => `{"service":${id},"instance":1,"unreliable":"${id}","events":[{"event":${id}}]}`
  const text = `{"services":[${Array.from({ length: 20_000 }, (_, index) => service(index + 1)).join(',')}]}`
  assert.equal(parseConfiguration({ files: [{ file: 'a.json', text }] }).configuration.services.size, 20_000)
})
