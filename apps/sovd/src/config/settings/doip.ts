import { SOVD_ERRORS } from '@opensovd/sovd'
import { type Static, Type } from 'typebox'
import { flag, optionalText } from './section.ts'

/** What interlocks can keep from happening. */
const GUARDED = ['operations', 'io', 'modes', 'writing', 'memory', 'reset', 'flash', 'raw'] as const

const seconds = { exclusiveMinimum: 0, maximum: 86_400 }
const milliseconds = { minimum: 1, maximum: 3_600_000 }
const address = { minimum: 0, maximum: 0xffff }

const MemoryWindow = Type.Object(
  {
    ecu: Type.String({ default: '', description: 'Required. Its id in the description.' }),
    address: Type.Integer({ minimum: 0, maximum: 0xffff_ffff, default: 0, description: 'Where the range begins.' }),
    size: Type.Integer({ minimum: 1, maximum: 0xffff_ffff, default: 1, description: 'Bytes.' }),
    write: flag('Whether it may be written, too.', false),
  },
  { additionalProperties: false },
)

const Interlock = Type.Object(
  {
    guards: Type.Array(Type.Enum([...GUARDED]), {
      default: [],
      description: `What is refused unless the condition is met: ${GUARDED.map((each) => `\`${each}\``).join(', ')}; all of it when empty.`,
    }),
    power_mode_ready: flag('The condition: the DoIP entity says that the vehicle is ready.', false),
    ecu: optionalText('The condition is on a value of this ECU.'),
    data: optionalText('Id of the value.'),
    equals: Type.Optional(
      Object.assign(Type.Unknown(), { description: 'What it must be: a number, a text, true or false.' }),
    ),
    minimum: Type.Optional(Type.Number({ description: 'What it must at least be.' })),
    maximum: Type.Optional(Type.Number({ description: 'What it may at most be.' })),
  },
  { additionalProperties: false },
)

const Refusal = Type.Object(
  {
    code: Type.Integer({ minimum: 0x10, maximum: 0xfe, default: 0x10, description: 'The negative response code.' }),
    error: Type.Enum(Object.keys(SOVD_ERRORS), {
      default: 'bad-gateway',
      description: 'What clients are told; `bad-gateway` answers 502, `conflict` 409, `forbidden` 403.',
    }),
  },
  { additionalProperties: false },
)

const connection = {
  host: Type.String({ default: '', description: 'Required. Address or name of the DoIP entity.' }),
  port: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 65_535, description: 'TCP port. Default: 13400, or 3496 with `tls`.' }),
  ),
  udp_port: Type.Integer({ minimum: 1, maximum: 65_535, default: 13_400, description: 'Asked for the power mode.' }),
  tester_address: Type.Integer({ ...address, default: 0x0e80, description: 'Logical address of the gateway.' }),
  entity_address: Type.Optional(
    Type.Integer({ ...address, description: 'Refuse an entity that has another logical address.' }),
  ),
  activation_type: Type.Integer({ minimum: 0, maximum: 0xff, default: 0, description: 'Of the routing activation.' }),
  activation_oem: Type.Optional(
    Type.String({ pattern: '^[0-9A-Fa-f]{8}$', description: 'Four bytes that some makers want in it, as hex digits.' }),
  ),
  protocol_version: Type.Integer({ minimum: 1, maximum: 4, default: 2, description: '2: ISO 13400-2:2012; 3: 2019.' }),
  acknowledge: Type.Enum(['wait', 'ignore'], {
    default: 'wait',
    description: '`ignore`: for entities that do not acknowledge diagnostic messages.',
  }),
  tls: flag('Connect with TLS.', false),
  server_name: optionalText('Name that the certificate of the entity must have, instead of `host`.'),
}

const timing = {
  connect_timeout_secs: Type.Number({ ...seconds, default: 10, description: 'For a connection to come about.' }),
  activation_timeout_secs: Type.Number({ ...seconds, default: 2, description: 'For the routing activation.' }),
  acknowledge_timeout_secs: Type.Number({ ...seconds, default: 2, description: 'For a message to be acknowledged.' }),
  p2_ms: Type.Integer({
    ...milliseconds,
    default: 50,
    description: 'For the first answer, until an ECU says its own.',
  }),
  p2_star_ms: Type.Integer({ ...milliseconds, default: 5000, description: 'For an answer after response pending.' }),
  margin_ms: Type.Integer({ ...milliseconds, default: 250, description: 'What the network may add to both.' }),
  pending_limit_secs: Type.Number({ ...seconds, default: 300, description: 'How long response pending may go on.' }),
  busy_repeats: Type.Integer({ minimum: 0, maximum: 100, default: 3, description: 'Repeats while an ECU is busy.' }),
  presence_secs: Type.Number({
    ...seconds,
    default: 5,
    description: 'How often an ECU that nobody asks anything is asked whether it is there.',
  }),
  keepalive_secs: Type.Number({ ...seconds, default: 2, description: 'Pause between tester present messages.' }),
  session_idle_secs: Type.Number({
    ...seconds,
    default: 300,
    description: 'A session that nobody uses for so long is ended.',
  }),
}

/** An entry of `[[backends]]` with `type = "doip"`. */
export const DoipBackend = Type.Object(
  {
    type: Type.Enum(['doip'], { default: 'doip', description: 'ECUs behind a DoIP entity.' }),
    name: optionalText('Shown in logs, metrics and errors; unique. Default: `host` and `port`.'),
    ...connection,
    client_cert_path: optionalText('PEM certificate to present to the entity; needs `client_key_path`.'),
    client_key_path: optionalText('PEM key of `client_cert_path`.'),
    ca_cert_path: optionalText('PEM certificates to trust instead of those of the system.'),
    description: Type.String({ default: '', description: 'Required. The file that describes its ECUs.' }),
    ecus: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Ids of the ECUs that are served; all of the description when empty.',
    }),
    ...timing,
    memory: Type.Array(MemoryWindow, {
      default: [],
      description: 'Ranges of memory that clients may read and write. None when empty.',
    }),
    interlocks: Type.Array(Interlock, {
      default: [],
      description: 'Conditions of the vehicle, looked at each time before something is done.',
    }),
    raw_passthrough: flag('Let clients send any UDS message. It goes past everything but locks and interlocks.', false),
    nrc: Type.Array(Refusal, {
      default: [],
      description: 'What refusals of ECUs mean to clients, where that is not what the gateway takes them for.',
    }),
  },
  { additionalProperties: false },
)

export type DoipBackendSettings = Static<typeof DoipBackend>
