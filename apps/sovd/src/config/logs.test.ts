import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configured, configuredWell } from '../testing/config.ts'

test('logs are kept from the severity info on, and nothing is taken in', () => {
  assert.deepEqual(configuredWell('').config.logs, {
    kept: { leastSeverity: 'info', maxEntriesPerEntity: 1000 },
  })
})

test('syslog and files can be taken in', () => {
  const { config } = configuredWell(String.raw`
[logs]
min_severity = "debug"
syslog_udp_port = 5514
syslog_socket = "/run/sovd/log.sock"
syslog_socket_mode = "666"
[[logs.rules]]
program = "pump*"
component = "pump"
[[logs.files]]
path = "/var/log/climate.log"
component = "climate"
pattern = '^(?<severity>\w+) (?<message>.*)$'
`)
  assert.equal(config.logs.kept.leastSeverity, 'debug')
  const { syslogUdp, syslogSocket, syslogDatagrams, rules, files, maxPerSecond } = config.logs.intake ?? {}
  assert.equal(maxPerSecond, 1000)
  assert.deepEqual(syslogUdp, { host: '127.0.0.1', port: 5514 })
  assert.deepEqual(syslogDatagrams, { path: '/run/sovd/log.sock', mode: 0o666 })
  assert.equal(syslogSocket, undefined)
  assert.deepEqual(rules, [{ program: 'pump*', componentId: 'pump' }])
  assert.deepEqual(files, [
    {
      path: '/var/log/climate.log',
      componentId: 'climate',
      program: 'climate',
      severity: 'info',
      pattern: /^(?<severity>\w+) (?<message>.*)$/u,
    },
  ])
})

test('the socket for syslog can be a stream', () => {
  const { config } = configuredWell(`
[logs]
syslog_socket = "/run/sovd/log.sock"
syslog_socket_type = "stream"
[[logs.rules]]
program = "pumpd"
component = "pump"
`)
  const { syslogSocket, syslogDatagrams } = config.logs.intake ?? {}
  assert.deepEqual(syslogSocket, { path: '/run/sovd/log.sock', mode: 0o660 })
  assert.equal(syslogDatagrams, undefined)
})

test('says all that is wrong with logs at once', () => {
  assert.deepEqual(
    configured(`
[[logs.rules]]
component = "a b"
[[logs.rules]]
program = "*x"
[[logs.files]]
pattern = "("
[[logs.files]]
path = "x.log"
component = "bms"
pattern = "^x$"
`),
    [
      'logs.rules: are without effect: neither syslog_udp_port nor syslog_socket is set',
      'logs.rules[0]: needs a program, a host or both',
      'logs.rules[0].component: expected the id of a component, got "a b"',
      'logs.rules[1].program: expected a name, or the beginning of some and *, got "*x"',
      'logs.rules[1].component: is required',
      'logs.files[0].path: is required',
      'logs.files[0].component: is required',
      'logs.files[0].pattern: is no regular expression: Invalid regular expression: /(/u: Unterminated group',
      'logs.files[1].pattern: finds no message: it has no group (?<message>…)',
    ],
  )
})

test('warns when syslog is taken and nothing of it kept', () => {
  const { warnings } = configuredWell('[logs]\nsyslog_udp_port = 5514')
  assert.deepEqual(
    warnings.map(({ path, message }) => `${path}: ${message}`),
    ['logs.rules: there are none, so no message of syslog is kept'],
  )
})
