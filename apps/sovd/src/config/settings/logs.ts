import { Type } from 'typebox'
import { optionalText, section } from './section.ts'

const SEVERITIES = ['fatal', 'error', 'warn', 'info', 'debug'] as const

const Rule = Type.Object(
  {
    program: optionalText('Messages of this program; a name, or the beginning of several and `*`.'),
    host: optionalText('Messages of this host, likewise. A rule needs a program, a host or both.'),
    component: Type.String({ default: '', description: 'Required. The component that they are about.' }),
  },
  { additionalProperties: false },
)

const File = Type.Object(
  {
    path: Type.String({ default: '', description: 'Required. A file that a program appends lines to.' }),
    component: Type.String({ default: '', description: 'Required. The component that its lines are about.' }),
    program: optionalText('Who writes it. Default: the name of the file without its ending.'),
    severity: Type.Enum([...SEVERITIES], { default: 'info', description: 'Of lines that do not say.' }),
    pattern: optionalText(
      'Regular expression that finds the parts of a line by the names `time`, `severity`, `program` and `message`.',
    ),
  },
  { additionalProperties: false },
)

export const LOGS_SECTION = section('Logs of entities: events of the gateway, and what programs log.', {
  min_severity: Type.Enum([...SEVERITIES], {
    default: 'info',
    description: 'The least severe entries that are kept of an entity for which no client wants others.',
  }),
  max_entries_per_entity: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: 1000,
    description: 'Entries kept of one entity; the oldest go.',
  }),
  max_messages_per_sec: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: 1000,
    description: 'Messages taken from programs. Five times as many may come at once; the rest is dropped.',
  }),
  syslog_udp_port: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 65_535, description: 'UDP port to take syslog at (RFC 5424, RFC 3164).' }),
  ),
  syslog_udp_host: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description: 'Address to take it at. UDP has no protection: mind who can reach it.',
  }),
  syslog_socket: optionalText('Path of a local socket to take syslog at.'),
  syslog_socket_type: Type.Enum(['datagram', 'stream'], {
    default: 'datagram',
    description: 'Its type. `datagram` is what programs expect of `/dev/log`; it needs Linux and the package koffi.',
  }),
  syslog_socket_mode: Type.String({
    default: '660',
    pattern: '^[0-7]{3}$',
    description: 'Permissions of the socket file: who may log.',
  }),
  rules: Type.Array(Rule, {
    default: [],
    description: 'What syslog messages are about, one `[[logs.rules]]` table each. The first that fits counts.',
  }),
  files: Type.Array(File, { default: [], description: 'Files to follow, one `[[logs.files]]` table each.' }),
})
