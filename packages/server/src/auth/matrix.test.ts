import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ISO_API, ISO_ERRORS, NATIVE_API, type Route, type RouteTable, TOKEN_PERMISSION } from '@opensovd/sovd'
import { bearer, openGuarded, signed } from './testing/tokens.ts'

const CONTRACTS: readonly (readonly [name: string, base: string, table: RouteTable])[] = [
  ['native', '/sovd/v1', NATIVE_API],
  ['iso', '/vehicle/v1', ISO_API],
]

const IDS: Readonly<Record<string, string>> = {
  entityCollection: 'components',
  entityId: 'bms',
  componentId: 'bms',
  dataId: 'soc',
  groupId: 'powertrain',
  flag: 'sse_stream',
}

function pathsOf({ path, aliases = [], mount }: Route, base: string): readonly string[] {
  return [path, ...aliases].map((template) => {
    const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => IDS[name] ?? 'x')
    return mount === 'root' ? filled : base + filled
  })
}

const rows = CONTRACTS.flatMap(([name, base, table]) =>
  Object.entries(table).flatMap(([key, row]) =>
    row.permission === TOKEN_PERMISSION ? [] : pathsOf(row, base).map((path) => ({ name, key, row, path })),
  ),
)
const permissions = [...new Set(rows.map(({ row }) => row.permission))]

describe('each row is for those who have its permission', async () => {
  const only = permissions.map((permission) => ({ name: `only ${permission}`, permissions: [permission] }))
  const without = permissions.map((permission) => ({
    name: `without ${permission}`,
    permissions: permissions.filter((other) => other !== permission),
  }))
  const auth = { roles: [...only, ...without], publicPaths: [] }
  for (const { name, key, row, path } of rows) {
    test(`${name} ${key} at ${path}`, async () => {
      await using fixture = await openGuarded(auth)
      const ask = async (headers: Record<string, string>) => {
        const done = new AbortController()
        const signal = AbortSignal.any([done.signal, AbortSignal.timeout(5000)])
        const response = await fetch(fixture.url + path, { method: row.method, headers, signal })
        const isStream = response.ok && row.reply.kind === 'events'
        const text = isStream ? '' : await response.text()
        done.abort()
        return { status: response.status, headers: response.headers, text }
      }

      const stranger = await ask({ 'x-sovd-client-id': 'ann' })
      assert.equal(stranger.status, 401)
      assert.equal(stranger.headers.get('www-authenticate'), 'Bearer realm="sovd"')
      assert.match(stranger.text, /Authentication required/)

      const lacking = await ask(bearer(await signed({ roles: [`without ${row.permission}`] })))
      assert.equal(lacking.status, 403)
      const challenge = `Bearer realm="sovd", error="insufficient_scope", scope="${row.permission}"`
      assert.equal(lacking.headers.get('www-authenticate'), challenge)
      const message = `this needs the permission ${row.permission}`
      const { error_code, error } = JSON.parse(lacking.text)
      const isIso = name === 'iso'
      assert.equal(isIso ? error_code : error.code, isIso ? ISO_ERRORS.forbidden.code : 'SOVD-ERR-403')
      assert.ok(lacking.text.includes(message))

      const scoped = bearer(await signed({ roles: ['admin'], scope: 'nothing:atall' }))
      assert.equal((await ask(scoped)).status, 403)

      const let_in = await ask(bearer(await signed({ roles: [`only ${row.permission}`] })))
      assert.notEqual(let_in.status, 401, let_in.text)
      assert.ok(!let_in.text.includes('needs the permission'), let_in.text)
    })
  }
})
