import assert from 'node:assert/strict'
import { test } from 'node:test'
import { covers, isPermissionPattern } from './permission.ts'

const CASES: readonly (readonly [pattern: string, permission: string, expected: boolean])[] = [
  ['data:read', 'data:read', true],
  ['data:read', 'data:write', false],
  ['data:read', 'faults:read', false],
  ['data:*', 'data:write', true],
  ['data:*', 'database:write', false],
  ['*:read', 'faults:read', true],
  ['*:read', 'faults:clear', false],
  ['*:*', 'uds:flash', true],
  ['*', 'uds:flash', true],
  ['', 'data:read', false],
  ['data', 'data:read', false],
  ['data:', 'data:', false],
  ['data:read:more', 'data:read:more', false],
  ['data:*', 'data:read:more', false],
  ['*:read', 'data', false],
  ['da*:read', 'data:read', false],
  ['data:read ', 'data:read', false],
  ['DATA:READ', 'data:read', false],
  ['.*:.*', 'data:read', false],
]

for (const [pattern, permission, expected] of CASES) {
  test(`'${pattern}' ${expected ? 'covers' : 'does not cover'} '${permission}'`, () => {
    assert.equal(covers(pattern, permission), expected)
  })
}

test('scopes of OpenID Connect are no permissions', () => {
  assert.deepEqual(['openid', 'profile', 'https://x.example/y', 'data:read', '*'].filter(isPermissionPattern), [
    'data:read',
    '*',
  ])
})
