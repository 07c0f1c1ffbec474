import assert from 'node:assert/strict'
import { test } from 'node:test'
import { locateSettings } from './toml-lines.ts'

const TOML = `# comment
top = 1
[server]
port = 80 # port = 81
"quoted.key" = "x = y"
a.b = 1
text = """
port = 5
[x]
"""
[[backends]]
name = "a"

[[backends]]
  name = 'b'
  ids = [
    "c",
  ]
[[backends.parts]]
id = 1
[[backends.parts]]
id = 2
`

test('every table and setting is found on its line', () => {
  assert.deepEqual(Object.fromEntries(locateSettings(TOML)), {
    top: 2,
    server: 3,
    'server.port': 4,
    'server.quoted.key': 5,
    'server.a.b': 6,
    'server.text': 7,
    'backends[0]': 11,
    'backends[0].name': 12,
    'backends[1]': 14,
    'backends[1].name': 15,
    'backends[1].ids': 16,
    'backends[1].parts[0]': 19,
    'backends[1].parts[0].id': 20,
    'backends[1].parts[1]': 21,
    'backends[1].parts[1].id': 22,
  })
})
