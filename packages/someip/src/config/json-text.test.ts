import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type JsonNode, JsonTextError, parseJsonText } from './json-text.ts'

test('scalars are texts as they are spelled', () => {
  const spelled = [
    'true',
    'false',
    'null',
    '0',
    '-0',
    '1.50',
    '1e3',
    '-12E+4',
    '30509',
    '123456789012345678901234567890',
  ]
  for (const text of spelled) assert.equal(parseJsonText(text).text, text)
  assert.equal(parseJsonText('"30509"').text, '30509')
  assert.equal(parseJsonText('"\\u0041\\n\\t\\/\\"\\\\\\b\\f\\r\\ud83d\\ude97ü"').text, 'A\n\t/"\\\b\f\r🚗ü')
})

test('every name and value has its line and column', () => {
  const root = parseJsonText('{\n  "a" : 1,\r\n\t"b":[ 2,\n"x" ]}')
  const places = root.entries.map(({ name, nameAt, value }) => [name, nameAt, value.at])
  assert.deepEqual(root.at, { line: 1, column: 1 })
  assert.deepEqual(places, [
    ['a', { line: 2, column: 3 }, { line: 2, column: 9 }],
    ['b', { line: 3, column: 2 }, { line: 3, column: 6 }],
  ])
  assert.deepEqual(
    root.entries[1]?.value.entries.map(({ value }) => value.at),
    [
      { line: 3, column: 8 },
      { line: 4, column: 1 },
    ],
  )
})

test('duplicate names stay, in the order written', () => {
  const root = parseJsonText('{"a":1,"b":2,"a":3,"__proto__":4}')
  assert.deepEqual(
    root.entries.map(({ name, value }) => [name, value.text]),
    [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
      ['__proto__', '4'],
    ],
  )
})

test('a byte order mark is skipped', () => {
  assert.equal(parseJsonText('\uFEFF{}').kind, 'object')
})

const refused: readonly (readonly [text: string, line: number, column: number, message: RegExp])[] = [
  ['', 1, 1, /expected a value/],
  ['{"a":1} x', 1, 9, /expected the end/],
  ['{"a":1,}', 1, 8, /a ',' before '}'/],
  ['[1,\n]', 2, 1, /a ',' before '\]'/],
  ['{\n// note\n}', 2, 1, /comments/],
  ['{"a" 1}', 1, 6, /expected ':'/],
  ['{a:1}', 1, 2, /expected a name/],
  ['{"a":1 "b":2}', 1, 8, /expected ',' or '}'/],
  ['[1 2]', 1, 4, /expected ',' or ']'/],
  ['{"a":tru}', 1, 6, /expected a value/],
  ['[01]', 1, 3, /expected ',' or ']'/],
  ['[-]', 1, 2, /expected a value/],
  ['[1.]', 1, 3, /expected ',' or ']'/],
  ["['a']", 1, 2, /expected a value/],
  ['"a', 1, 3, /closing quote/],
  ['"a\tb"', 1, 3, /control character/],
  ['"a\\x"', 1, 3, /escape/],
  ['"\\ud83d"', 1, 2, /escape/],
  ['"\\ude97"', 1, 2, /escape/],
  ['['.repeat(80), 1, 66, /nested deeper than 64/],
]

for (const [text, line, column, message] of refused) {
  test(`refuses ${JSON.stringify(text.slice(0, 20))} at ${line}:${column}`, () => {
    assert.throws(
      () => parseJsonText(text),
      (error) => {
        assert.ok(error instanceof JsonTextError)
        assert.deepEqual(error.at, { line, column })
        assert.match(error.message, message)
        return true
      },
    )
  })
}

/** The value as JSON.parse has it, with scalars as texts. */
function toTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toTexts)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toTexts(one)]))
  }
  return String(value)
}

function toValue(node: JsonNode): unknown {
  if (node.kind === 'scalar') return node.text
  if (node.kind === 'array') return node.entries.map(({ value }) => toValue(value))
  return Object.fromEntries(node.entries.map(({ name, value }) => [name, toValue(value)]))
}

test('agrees with JSON.parse on what JSON is and says', () => {
  const damage = fc.record({
    at: fc.nat(200),
    text: fc.constantFrom('', ',', '"', '{', '}', '[', ']', ':', '\\', '0', 'e'),
  })
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.option(damage, { nil: undefined }), (json, change) => {
      const text = change === undefined ? json : json.slice(0, change.at) + change.text + json.slice(change.at + 1)
      let expected: unknown
      try {
        expected = JSON.parse(text)
      } catch {
        assert.throws(() => parseJsonText(text), JsonTextError, text)
        return
      }
      // A number is spelled in its own way: compare what it means.
      const found = toValue(parseJsonText(text))
      assert.deepEqual(normalized(found), normalized(toTexts(expected)), text)
    }),
    { numRuns: 1000 },
  )
})

function normalized(value: unknown): string {
  return JSON.stringify(value, (_name, one) =>
    typeof one === 'string' && one !== '' && !Number.isNaN(Number(one)) ? Number(one) : one,
  )
}
