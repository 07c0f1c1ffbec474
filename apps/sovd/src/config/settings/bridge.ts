import { type Static, Type } from 'typebox'
import { flag, optionalText, secret, section } from './section.ts'

const seconds = (value: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 3600, default: value, description })

const Vehicle = Type.Object(
  {
    vehicle_id: Type.String({ default: '', description: 'Required. The only name that it can connect under.' }),
    tenant_id: optionalText('Whose it is.'),
    token: secret('What it shows: at least 32 random characters; best from the environment.'),
    token_hash: secret('Instead of `token`: `sha256:` and the SHA-256 of it in hex.'),
    certificate: optionalText(
      'Name in the certificate that it shows: the common name, a DNS name or a URI. Needs `client_ca_path`.',
    ),
  },
  { additionalProperties: false },
)

export const BRIDGE_SECTION = section('The bridge between vehicles and a cloud.', {
  enabled: flag(
    'Be a relay that vehicles connect to, with `listen_addr`, or such a vehicle, with `connect_url`.',
    false,
  ),
  listen_addr: optionalText('Where vehicles connect: `0.0.0.0:9443`. Port 0 takes any free port.'),
  connect_url: optionalText('Where the relay is: `wss://cloud.example:9443`.'),
  vehicle_id: optionalText('What the vehicle is called at the relay.'),
  tenant_id: optionalText('Whose vehicle it is, as the relay knows it.'),
  token: secret('What the vehicle shows to the relay; best from the environment.'),
  cert_path: optionalText('PEM certificate chain: of the relay, or what the vehicle shows.'),
  key_path: optionalText('PEM key of `cert_path`, not encrypted.'),
  client_ca_path: optionalText('PEM certificates; only vehicles with a certificate of theirs can connect.'),
  ca_path: optionalText('PEM certificates that the relay is trusted by. Default: those that Node.js has.'),
  allow_plain: flag('Connect without TLS although others on the way can read everything.', false),
  heartbeat_interval_secs: seconds(30, 'How often the other end is pinged; it is given up after two pings in vain.'),
  reconnect_backoff_secs: seconds(
    5,
    'Pause of the vehicle before it connects again; doubled each time, up to 5 min, half of it by chance.',
  ),
  max_reconnect_attempts: Type.Integer({
    minimum: 0,
    default: 0,
    description: 'So many attempts in vain, and the vehicle gives up; 0: never.',
  }),
  timeout_secs: seconds(30, 'How long a vehicle has for an answer.'),
  max_in_flight: Type.Integer({
    minimum: 1,
    maximum: 1024,
    default: 64,
    description: 'How many requests may wait for one vehicle at a time.',
  }),
  max_frame_bytes: Type.Integer({
    minimum: 4096,
    maximum: 67_108_864,
    default: 4_194_304,
    description: 'The longest request or answer; the same at both ends.',
  }),
  vehicles: Type.Array(Vehicle, {
    default: [],
    description: 'Vehicles that may connect to the relay, one `[[bridge.vehicles]]` table each.',
  }),
})

export type BridgeSettings = Static<typeof BRIDGE_SECTION>
