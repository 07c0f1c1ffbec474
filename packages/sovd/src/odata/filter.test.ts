import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseJson } from '@opensovd/base'
import { SovdError } from '../error.ts'
import { parseFilter } from './filter.ts'
import { compilePredicate } from './predicate.ts'

function passes(filter: string, item: unknown): boolean {
  return compilePredicate(parseFilter(filter))(item)
}

function refusalOf(filter: string): SovdError {
  try {
    parseFilter(filter)
  } catch (error) {
    assert.ok(error instanceof SovdError, String(error))
    assert.equal(error.code, 'invalid-request')
    assert.equal(error.target, '$filter')
    return error
  }
  assert.fail(`accepted: ${filter}`)
}

const milk = {
  Name: 'Milk',
  Price: 2.5,
  Rating: 4,
  Discontinued: false,
  Size: true,
  Supplier: { Name: 'Dairy', Address: { City: 'Berlin' } },
  NullValue: null,
  CompanyName: 'Alfreds Futterkiste',
  Quoted: "O'Neil",
  'x-uds-did': 'F190',
  Since: '2012-12-03T07:16:23Z',
  Guid: '01234567-89ab-cdef-0123-456789abcdef',
  Text: 'Say Hello,then go',
}

/** Filters with the value that the clause in front gives them for the item above. */
const ROWS: readonly (readonly [clause: string, filter: string, value: boolean])[] = [
  ['5.1.1.1.1', "Name eq 'Milk'", true],
  ['5.1.1.1.1', "Name eq 'milk'", false],
  ['5.1.1.1.1', 'true eq false', false],
  ['5.1.1.1.1', 'NullValue eq null', true],
  ['5.1.1.1.1', 'Missing eq null', true],
  ['5.1.1.1.1', 'Supplier/Missing/Deeper eq null', true],
  ['5.1.1.1.1', "Supplier/Name eq 'Dairy'", true],
  ['5.1.1.1.1', "Supplier/Address/City eq 'Berlin'", true],
  ['5.1.1.1.2', "Name ne 'Milk'", false],
  ['5.1.1.1.2', "Missing ne 'Milk'", true],
  ['5.1.1.1.2', 'true ne false', true],
  ['5.1.1.1.2', 'NullValue ne null', false],
  ['5.1.1.1.3', "Name gt 'Milk'", false],
  ['5.1.1.1.3', "Name gt 'Mild'", true],
  ['5.1.1.1.3', 'Size gt false', true],
  ['5.1.1.1.3', 'NullValue gt 1', false],
  ['5.1.1.1.4', "Name ge 'Milk'", true],
  ['5.1.1.1.5', 'Price lt 2.55', true],
  ['5.1.1.1.5', 'Missing lt 1', false],
  ['5.1.1.1.6', 'Price le 2.5', true],
  ['5.1.1.1.6', 'Price le 2.4999', false],
  ['5.1.1.1.7', "Name eq 'Milk' and Price lt 2.55", true],
  ['5.1.1.1.7', 'NullValue and false', false],
  ['5.1.1.1.7', 'not (NullValue and false)', true],
  ['5.1.1.1.7', 'not (NullValue and true)', false],
  ['5.1.1.1.8', "Name eq 'Cheese' or Price lt 2.55", true],
  ['5.1.1.1.8', 'NullValue or true', true],
  ['5.1.1.1.8', 'not (NullValue or false)', false],
  ['5.1.1.1.9', 'not false', true],
  ['5.1.1.1.9', 'not null', false],
  ['5.1.1.1.9', "not endswith(Name,'ilk')", false],
  ['5.1.1.1.9', 'not not Size', true],
  ['5.1.1.1.11', "Name in ('Milk', 'Cheese')", true],
  ['5.1.1.1.11', "Name in ('Cheese')", false],
  ['5.1.1.1.11', 'Name in ()', false],
  ['5.1.1.1.11', "Rating in (1,2,'4')", false],
  ['5.1.1.1.11', 'Rating in (1,2,4.0)', true],
  ['5.1.1.1.11', 'Missing in (null)', true],
  ['5.1.1.1.12', "Name EQ 'Milk' AND Price LT 2.55", true],
  ['5.1.1.1.12', "Name Eq 'Butter' OR Price Lt 2.55", true],
  ['5.1.1.3', '( true )', true],
  ['5.1.1.3', "(Name eq 'Milk')", true],
  ['5.1.1.4', "not contains(Missing,'x')", false],
  ['5.1.1.5.2', "contains(CompanyName,'lfreds')", true],
  ['5.1.1.5.2', "contains(CompanyName,'LFREDS')", false],
  ['5.1.1.5.3', "endswith(CompanyName,'Futterkiste')", true],
  ['5.1.1.5.6', "startswith(CompanyName,'Alfr')", true],
  ['5.1.1.5.6', "StartsWith(Supplier/Name,'D') eq true", true],
  ['5.1.1.5.6', 'startswith(Name,Name)', true],
  ['5.1.1.14.1', 'Rating lt -128', false],
  ['5.1.1.14.1', 'Price eq 0.25e1', true],
  ['5.1.1.14.1', 'Price eq +2.50', true],
  ['5.1.1.14.1', "Text eq 'Say Hello,then go'", true],
  ['5.1.1.14.1', "Quoted eq 'O''Neil'", true],
  ['5.1.1.14.1', 'Since eq 2012-12-03T07:16:23Z', true],
  ['5.1.1.14.1', 'Since ge 2012-12-03', true],
  ['5.1.1.14.1', '2013-01-01 gt Since', true],
  ['5.1.1.14.1', 'Guid eq 01234567-89ab-cdef-0123-456789abcdef', true],
  ['5.1.1.14.1', 'Discontinued eq FALSE', true],
  ['5.1.1.17', 'true or false and false', true],
  ['5.1.1.17', '(true or false) and false', false],
  ['5.1.1.17', 'not false and false', false],
  ['5.1.1.17', "not Name in ('Cheese')", true],
  ['5.1.1.17', 'not Discontinued eq true', true],
  ['5.1.1.17', 'not Discontinued eq false', false],
  ['5.1.1.17', 'Price gt 2 eq true', true],
  ['5.1.1.17', 'true eq Price gt 3', false],
  ['5.1.1.18', 'Rating eq 4.0', true],
  ['5.1.1.18', "Rating eq '4'", false],
  ['5.1.2', 'Size', true],
  ['5.1.2', 'Discontinued', false],
  ['5.1.2', 'NullValue', false],
]

describe('$filter', () => {
  for (const [clause, filter, value] of ROWS) {
    it(`${filter} is ${value} [OData-URL ${clause}]`, () => assert.equal(passes(filter, milk), value))
  }

  it('takes a word without quotes on the right as text', () => {
    assert.equal(passes('Name eq Milk', milk), true)
    assert.equal(passes('x-uds-did eq F190', milk), true)
    assert.equal(passes('Name in (Milk,Cheese)', milk), true)
    assert.equal(passes('Name eq Milk and Price gt 2', milk), true)
    assert.equal(passes('version eq 1.2.3', { version: '1.2.3' }), true)
    assert.equal(passes('id eq bms-voltage_1', { id: 'bms-voltage_1' }), true)
  })

  it('takes a path, a word in parentheses, or a word beside a literal as a property', () => {
    const item = { a: 'x', b: 'x', c: { d: 'x' }, x: 'y' }
    assert.equal(passes('a eq c/d', item), true)
    assert.equal(passes('a eq (b)', item), true)
    assert.equal(passes('a eq b', item), false)
    assert.equal(passes("'x' eq b", item), true)
    assert.equal(passes('contains(a,b)', item), true)
  })

  it('compares numbers exactly that a double cannot hold', () => {
    const item = parseJson('{"n":18446744073709551615,"small":0.1000000000000000055511151231257827021}')
    assert.equal(passes('n eq 18446744073709551615', item), true)
    assert.equal(passes('n eq 18446744073709551616', item), false)
    assert.equal(passes('n lt 18446744073709551616', item), true)
    assert.equal(passes('n gt 1e400', item), false)
    assert.equal(passes('n gt -1e400', item), true)
    assert.equal(passes('n gt 18446744073709551614.5', item), true)
    assert.equal(passes('n in (1,18446744073709551615)', item), true)
    assert.equal(passes('n in (1,18446744073709551614)', item), false)
    assert.equal(passes('small gt 0.1', item), true)
    assert.equal(passes('n eq 000018446744073709551615.000', item), true)
  })

  it('never equates values of different types', () => {
    for (const value of ['1', true, [1], { a: 1 }]) {
      assert.equal(passes('v eq 1', { v: value }), false)
      assert.equal(passes('v ne 1', { v: value }), true)
      assert.equal(passes('v ge 1', { v: value }), false)
      assert.equal(passes('v le 1', { v: value }), false)
    }
  })

  it('sees own properties only', () => {
    assert.equal(passes('constructor eq null and toString eq null and __proto__ eq null', {}), true)
    assert.equal(passes('a/length eq null', { a: 'text' }), true)
    assert.equal(passes('a/length eq null', { a: [1] }), true)
    assert.equal(passes('__proto__ eq 1', parseJson('{"__proto__":1}')), true)
  })

  it('does not choke on items that are no objects', () => {
    for (const item of [null, undefined, 1, 'text', [], true]) assert.equal(passes('a eq null', item), true)
  })
})

const REFUSALS: readonly (readonly [filter: string, message: string])[] = [
  ["(Name eq 'Milk' x", "$filter: expected ')' at character 17, found 'x'"],
  ['', "$filter: expected a property, a value, a function, 'not' or '(' at character 1, found the end"],
  ['Name eq', "$filter: expected a property, a value, a function, 'not' or '(' at character 8, found the end"],
  ["Name eq 'Milk", "$filter: expected a string with a closing quote at character 9, found '''"],
  ["Name eq 'Milk' Price", "$filter: expected an operator or the end at character 16, found 'Price'"],
  ["Name has 'x'", "$filter: expected an operator or the end at character 6, found 'has'"],
  ['length(Name) eq 4', '$filter: expected one of the functions contains, startswith, endswith at character 1, found '],
  ["contains(Name 'x')", "$filter: expected ',' at character 15, found '''"],
  ["contains(Name,'x'", "$filter: expected ')' at character 18, found the end"],
  ["'Milk'", "$filter: expected a condition at character 1, found '''"],
  ['Size and 5', "$filter: expected a condition at character 10, found '5'"],
  ["Name in 'Milk'", "$filter: expected '(' at character 9, found '''"],
  ["Name in ('Milk' 'Cheese')", "$filter: expected ',' or ')' at character 17, found '''"],
  ['Name in (A/B)', "$filter: expected a value at character 10, found 'A'"],
  ["EmailAddresses eq ('Miller','Smith')", "$filter: expected ')' at character 28, found ','"],
  ['Name//x eq 1', "$filter: expected a property at character 6, found '/'"],
  ['-Name eq 1', "$filter: expected a property, a value, a function, 'not' or '(' at character 1, found '-Name'"],
  ['Names eq "x"', `$filter: expected a property, a value, a function, 'not' or '(' at character 10, found '"'`],
  ["ä eq 'ö' 😀 x", "$filter: expected an operator or the end at character 10, found '😀'"],
  [
    'not access eq readOnly',
    "$filter: expected true, false or null at character 15, found 'readOnly'; 'not' binds tighter than a comparison: write not (…)",
  ],
]

describe('a malformed $filter', () => {
  for (const [filter, message] of REFUSALS) {
    it(`is refused: ${filter}`, () => assert.equal(refusalOf(filter).message.slice(0, message.length), message))
  }

  it('is refused when it is too long, too deep or lists too much', () => {
    assert.match(refusalOf('('.repeat(10_000)).message, /at most 4096 characters are accepted, these are 10000/)
    assert.match(refusalOf('('.repeat(4000)).message, /expected at most 64 levels of nesting at character/)
    assert.match(refusalOf(`${'not '.repeat(1000)}a`).message, /expected at most 64 levels of nesting at character/)
    assert.match(refusalOf(`a${' eq true'.repeat(500)}`).message, /expected at most 64 levels of nesting at character/)
    assert.match(refusalOf('contains('.repeat(450)).message, /expected at most 64 levels of nesting at character/)
    assert.match(refusalOf(`a in (${'1,'.repeat(300)}1)`).message, /at most 256 members/)
    assert.match(refusalOf(`${'a/'.repeat(100)}a eq 1`).message, /at most 64 segments/)
    assert.equal(passes(`${'('.repeat(63)}a eq 1${')'.repeat(63)}`, { a: 1 }), true)
  })

  it('costs little time even at its worst', { timeout: 2000 }, () => {
    const worst = [
      '('.repeat(4096),
      "'".repeat(4095),
      `a eq ${'1'.repeat(4080)}x`,
      `a eq ${'1.'.repeat(2040)}`,
      `a eq 1e${'9'.repeat(4000)}`,
      'a'.repeat(4096),
      `${'a or '.repeat(800)}a`,
      `a eq '${"''".repeat(2040)}`,
      `a${' '.repeat(4090)}b`,
    ]
    for (const filter of worst) {
      for (let round = 0; round < 20; round += 1) {
        try {
          passes(filter, { a: 1 })
        } catch (error) {
          assert.ok(error instanceof SovdError, String(error))
        }
      }
    }
  })
})
