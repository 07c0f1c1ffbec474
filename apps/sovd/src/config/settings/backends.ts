import { type Static, Type } from 'typebox'
import { DoipBackend } from './doip.ts'
import { flag, optionalText, secret } from './section.ts'

const seconds = { exclusiveMinimum: 0, maximum: 86_400 }

/** What all sources that are reached over HTTP have in common. */
const http = {
  name: optionalText(
    'Shown in logs, metrics and errors; unique. Default: host and port of `base_url`, or the name of its socket.',
  ),
  base_url: Type.String({
    default: '',
    description:
      'Required. `http://` or `https://` address of the server; a `sovd` one may be `unix:` and the absolute path of its socket.',
  }),
  timeout_secs: Type.Number({ ...seconds, default: 30, description: 'How long one request may take.' }),
  refresh_secs: Type.Number({
    ...seconds,
    default: 5,
    description: 'How often its entities are looked up again, also while it is down.',
  }),
  max_concurrency: Type.Integer({
    minimum: 1,
    maximum: 65_535,
    default: 64,
    description: 'Requests in flight to it at a time; more wait.',
  }),
  component_ids: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description: 'Components that are its even while it cannot be reached to list them.',
  }),
  client_cert_path: optionalText('PEM certificate to present to the server; needs `client_key_path`.'),
  client_key_path: optionalText('PEM key of `client_cert_path`.'),
  ca_cert_path: optionalText('PEM certificates to trust instead of those of the system.'),
  danger_accept_invalid_certs: flag('Accept any certificate. Whoever is on the path can read and change all.', false),
}

const SovdBackend = Type.Object(
  {
    type: Type.Enum(['sovd'], { default: 'sovd', description: 'Another SOVD server. What a source is by default.' }),
    ...http,
    api_prefix: Type.String({ default: '/sovd/v1', description: 'Path of the API below `base_url`.' }),
    dialect: Type.Enum(['auto', 'native', 'iso'], {
      default: 'auto',
      description: 'The contract the server speaks; `auto` finds out.',
    }),
    bearer_token: secret('Sent as `Authorization: Bearer …` with every request.'),
  },
  { additionalProperties: false },
)

const CdaBackend = Type.Object(
  {
    type: Type.Enum(['cda'], { default: 'cda', description: 'An Eclipse OpenSOVD Classic Diagnostic Adapter.' }),
    ...http,
    api_prefix: Type.String({ default: '/vehicle/v15', description: 'Path of the API below `base_url`.' }),
    client_id: Type.String({
      minLength: 1,
      default: 'opensovd-gateway',
      description: 'Who the gateway logs in as; the locks at the adapter are its.',
    }),
    client_secret: secret('What the gateway logs in with.'),
    automatic_lock_secs: Type.Integer({
      minimum: 0,
      maximum: 86_400,
      default: 30,
      description:
        'How long a mode or a running operation of a client without a lock is kept. 0: such a client is refused what the adapter wants a lock for.',
    }),
    sessions: Type.Array(Type.String({ minLength: 1 }), {
      default: ['default', 'extended', 'programming'],
      description: 'Sessions that its ECUs know; the adapter does not tell.',
    }),
  },
  { additionalProperties: false },
)

/** Where components come from: tables that are told apart by their `type`, the first of which is the default. */
export const BackendTable = Type.Union([SovdBackend, CdaBackend, DoipBackend])

export type SovdBackendSettings = Static<typeof SovdBackend>
export type CdaBackendSettings = Static<typeof CdaBackend>
export type BackendSettings = Static<typeof BackendTable>
