import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { LineCounter, parseDocument } from 'yaml'
import { descriptionJsonSchema } from './json-schema.ts'
import { DescriptionError, type Path } from './problem.ts'
import { readDescription } from './read-description.ts'
import { identifyVariant, inVariant } from './variant.ts'

const repository = new URL('../../../../', import.meta.url)
const EXAMPLE = readFileSync(new URL('docs/examples/ecus/powertrain.yaml', repository), 'utf8')

/** The smallest description. */
const small = () => ({
  version: 1,
  gateway: { address: 1, vin: 'W0L000043MB541326', eid: '0a0000000001', gid: '0a0000000002' },
  ecus: [{ id: 'one', address: 0x1001 } as Record<string, unknown>],
})

function problemsOf(value: unknown, locate?: (path: Path) => string | undefined): readonly string[] {
  try {
    readDescription({ value, ...(locate && { locate }) })
  } catch (error) {
    if (error instanceof DescriptionError) return error.message.split('\n')
    throw error
  }
  return []
}

/** The problems of the smallest description with these properties of its ECU. */
const problemsOfEcu = (ecu: Readonly<Record<string, unknown>>) =>
  problemsOf({ ...small(), ecus: [{ ...small().ecus[0], ...ecu }] })

test('the shipped description has no problems', () => {
  assert.deepEqual(problemsOf(parseDocument(EXAMPLE).toJS()), [])
})

test('the faults that the documentation shows have no problems', () => {
  const page = readFileSync(new URL('docs/ecu-description.md', repository), 'utf8')
  const [, faults = ''] = /```yaml\n(faults:[^`]*)```/.exec(page) ?? []
  assert.deepEqual(problemsOfEcu({ simulation: parseDocument(faults).toJS() }), [])
  assert.deepEqual(
    problemsOfEcu({ simulation: { faults: [{ id: 'a', request: 220100, effect: { type: 'drop' } }] } }),
    ['ecus[0].simulation.faults[0].request: expected a text, got 220100; put it in quotes'],
  )
})

test('the published schema is the one that descriptions are judged by', () => {
  const published = readFileSync(new URL('docs/ecu-description.schema.json', repository), 'utf8')
  const problem = 'run: node packages/ecu/src/node/update-schema.ts'
  assert.deepEqual(JSON.parse(published), descriptionJsonSchema(), problem)
})

test('another validator agrees with the published schema about good and bad descriptions', () => {
  const validate = new Ajv2020({ strict: false }).compile(descriptionJsonSchema())
  for (const value of [small(), parseDocument(EXAMPLE).toJS()]) {
    assert.equal(validate(value), true, JSON.stringify(validate.errors))
  }
  const bad = [{}, { ...small(), version: 2 }, { ...small(), ecus: [] }, { ...small(), extra: 1 }]
  for (const value of [...bad, { ...small(), ecus: [{ id: 'a b', address: 1 }] }]) {
    assert.equal(validate(value), false)
    assert.notDeepEqual(problemsOf(value), [])
  }
})

test('what is left out has its default', () => {
  const [ecu] = readDescription({ value: small() }).ecus
  assert.equal(ecu?.s3Ms, 5000)
  assert.deepEqual(ecu?.security, { maxAttempts: 3, delayMs: 10_000, levels: [] })
  assert.equal(ecu?.simulation.seed, 1)
})

test('every problem is told at once, each with its path and line', () => {
  const text = `version: 1
gateway: { address: 0, vin: SHORT, eid: 0a0000000001, gid: 0a0000000002 }
ecus:
  - id: one
    address: 0x1001
    data:
      - id: speed
        did: 0x10000
        encoding: { type: uint, bits: 12 }
      - id: text
        did: 0x0101
        encoding: { type: txt }
    colour: red
  - id: two
    address: 0x1002
    data:
      - id: half
        did: 0x0100
        encoding: { type: uint, bits: 8 }
        write: { sessions: [workshop] }
`
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const locate = (path: Path) => {
    for (let depth = path.length; depth > 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true)
      const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined
      if (Array.isArray(range)) return `line ${lines.linePos(Number(range[0])).line}`
    }
    return undefined
  }
  assert.deepEqual(problemsOf(document.toJS(), locate), [
    'gateway.address: must be at least 1, got 0 (line 2)',
    'gateway.vin: must match ^[A-HJ-NPR-Z0-9]{17}$, got "SHORT" (line 2)',
    `ecus[0].colour: unknown; there are ${ECU_PROPERTIES} (line 13)`,
    'ecus[0].data[0].did: must be at most 65535, got 65536 (line 8)',
    'ecus[0].data[0].encoding.bits: expected 8, 16, 24, 32, 40, 48, 56 or 64, got 12 (line 9)',
    'ecus[0].data[1].encoding.type: expected uint, int, float, enum, bits, text, bcd, bytes, array or struct, got "txt" (line 12)',
    'ecus[1].data[0].write.sessions[0]: there is no session "workshop" (line 20)',
  ])
})

const ECU_PROPERTIES =
  'id, name, description, address, functionalAddresses, s3Ms, sessions, security, authentication, services, data, dtcFormat, ' +
  'statusAvailabilityMask, dtcs, snapshots, extendedData, routines, memory, flash, variants, simulation'

const uint8 = { type: 'uint', bits: 8 }
const datum = (more: object) => ({ data: [{ id: 'a', did: 1, encoding: uint8, ...more }] })
const REFUSED: readonly (readonly [string, Record<string, unknown>, string])[] = [
  [
    'a DID twice',
    {
      data: [
        { id: 'a', did: 1, encoding: uint8 },
        { id: 'b', did: 1, encoding: uint8 },
      ],
    },
    'ecus[0].data[1].did: 1 is taken by [0]',
  ],
  [
    'an even security level',
    { security: { levels: [{ id: 'a', level: 2, key: { type: 'xor', constant: 'ff' } }] } },
    'ecus[0].security.levels[0].level: must be odd, got 2',
  ],
  ['a factor of zero', datum({ encoding: { ...uint8, factor: 0 } }), 'ecus[0].data[0].encoding.factor: must not be 0'],
  [
    'bits that overlap',
    datum({
      encoding: {
        type: 'bits',
        bits: 8,
        fields: [
          { name: 'x', bit: 0, width: 2 },
          { name: 'y', bit: 1 },
        ],
      },
    }),
    'ecus[0].data[0].encoding.fields[1]: shares bit 1 with x',
  ],
  [
    'a member of any length before another',
    datum({
      encoding: {
        type: 'struct',
        members: [
          { name: 'x', type: 'bytes' },
          { name: 'y', ...uint8 },
        ],
      },
    }),
    'ecus[0].data[0].encoding.members[0]: needs a fixed length: only the last member may do without',
  ],
  [
    'a member without name',
    datum({ encoding: { type: 'struct', members: [uint8] } }),
    'ecus[0].data[0].encoding.members[0]: name is missing',
  ],
  [
    'a snapshot of nothing',
    { snapshots: [{ record: 1, data: ['b'] }] },
    'ecus[0].snapshots[0].data[0]: there is no datum "b"',
  ],
  [
    'memory that overlaps',
    {
      memory: [
        { id: 'a', address: 0, size: 16 },
        { id: 'b', address: 15, size: 1 },
      ],
    },
    'ecus[0].memory[1]: overlaps a',
  ],
  [
    'a flash recipe that clears DTCs of an ECU that cannot',
    { flash: { session: 'default', clearDtcs: true }, memory: [{ id: 'a', address: 0, size: 16, download: {} }] },
    'ecus[0].flash.clearDtcs: needs services.clearDtcs',
  ],
  [
    'a flash recipe that keeps a single ECU quiet',
    {
      flash: { session: 'default', quiet: { address: 0x1001 } },
      memory: [{ id: 'a', address: 0, size: 16, download: {} }],
    },
    'ecus[0].flash.quiet.address: must be at least 58368, got 4097',
  ],
  [
    'a flash recipe with unknown steps',
    { flash: { session: 'programming', erase: 'wipe' }, memory: [{ id: 'a', address: 0, size: 16, download: {} }] },
    'ecus[0].flash.session: there is no session "programming"',
  ],
  [
    'a value without bytes',
    { ...datum({}), simulation: { values: { a: 256 } } },
    'ecus[0].simulation.values.a: the raw value 256 is not from 0 to 255',
  ],
  [
    'a generator that leaves the range',
    { ...datum({}), simulation: { values: { a: { generate: 'sine', mean: 0, amplitude: 1, periodMs: 10 } } } },
    'ecus[0].simulation.values.a: the raw value -1 is not from 0 to 255',
  ],
  [
    'a text for a number that does not fit',
    datum({ encoding: { type: 'enum', bits: 8, values: { 256: 'x' } } }),
    'ecus[0].data[0].encoding.values.256: does not fit in 8 bit(s)',
  ],
  [
    'a variant that makes two of one',
    {
      ...datum({}),
      variants: [{ id: 'v', matches: { a: 1 }, data: [{ id: 'b', did: 1, encoding: uint8 }] }],
    },
    'ecus[0].variants[0]: with this variant, data[1].did: 1 is taken by [0]',
  ],
]

for (const [name, ecu, problem] of REFUSED) {
  test(`${name} is a problem`, () => {
    assert.equal(problemsOfEcu(ecu)[0], problem)
  })
}

test('a value may be for a variant that is not simulated', () => {
  const variants = [{ id: 'v', matches: { a: 1 }, data: [{ id: 'b', did: 2, encoding: uint8 }] }]
  assert.deepEqual(problemsOfEcu({ ...datum({}), variants, simulation: { values: { b: 1 } } }), [])
})

test('a key constant is in no message', () => {
  const problems = problemsOfEcu({
    security: { levels: [{ id: 'a', level: 1, key: { type: 'xor', constant: 'secret' } }] },
  })
  assert.deepEqual(problems, ['ecus[0].security.levels[0].key.constant: must match ^([0-9A-Fa-f]{2})+$'])
})

test('values that are no description at all are refused', () => {
  assert.deepEqual(problemsOf(undefined), ['expected an object, got nothing'])
  assert.deepEqual(problemsOf([]), ['expected an object, got a list'])
  assert.deepEqual(problemsOf({ ...small(), ecus: 'none' }), ['ecus: expected a list, got "none"'])
})

test('the variant is the first whose identification has the values that the ECU gives', async () => {
  const [engine] = readDescription({ value: parseDocument(EXAMPLE).toJS() }).ecus
  assert.ok(engine)
  const identify = async (hardware: string) =>
    (await identifyVariant(engine, async () => new TextEncoder().encode(hardware)))?.id
  assert.equal(await identify('ENG-D-01  '), 'diesel')
  assert.equal(await identify('ENG-P-01  '), 'petrol')
  assert.equal(await identify('ENG-X-01  '), undefined)
  assert.equal((await identifyVariant(engine, async () => undefined))?.id, undefined)
})

test('a variant adds to the ECU and takes away from it', () => {
  const [ecu] = readDescription({
    value: {
      ...small(),
      ecus: [
        {
          ...small().ecus[0],
          ...datum({}),
          variants: [{ id: 'v', matches: { a: 1 }, without: ['a'], data: [{ id: 'b', did: 2, encoding: uint8 }] }],
        },
      ],
    },
  }).ecus
  const [variant] = ecu?.variants ?? []
  assert.ok(ecu && variant)
  assert.deepEqual(
    inVariant(ecu, variant).data.map(({ id }) => id),
    ['b'],
  )
})
