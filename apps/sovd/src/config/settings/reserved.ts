import { Type } from 'typebox'
import { flag, optionalText, secret, section } from './section.ts'

const noEffect = 'Without effect yet.'
const notYet = 'Not available yet.'

const text = (value: string) => Type.String({ default: value, description: noEffect })
const whole = (value: number) => Type.Integer({ minimum: 0, default: value, description: noEffect })
const uint16 = Type.Optional(Type.Integer({ minimum: 0, maximum: 0xffff, description: noEffect }))
const name = Type.Optional(Type.String({ description: noEffect }))

const SomeipService = Type.Object(
  {
    service_id: uint16,
    instance_id: uint16,
    major_version: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xff, description: noEffect })),
    minor_version: Type.Optional(Type.Integer({ minimum: 0, maximum: 0xffff_ffff, description: noEffect })),
    methods: Type.Array(
      Type.Object(
        { method_id: uint16, name, is_fire_and_forget: flag(noEffect, false) },
        { additionalProperties: false },
      ),
      { default: [], description: noEffect },
    ),
    eventgroups: Type.Array(
      Type.Object(
        {
          eventgroup_id: uint16,
          name,
          events: Type.Array(Type.Integer({ minimum: 0, maximum: 0xffff }), { default: [], description: noEffect }),
        },
        { additionalProperties: false },
      ),
      { default: [], description: noEffect },
    ),
  },
  { additionalProperties: false },
)

/**
 * Sections of features that are still to come. A file may have them as long as they leave their feature off;
 * `unavailable.ts` says what would turn it on.
 */
export const RESERVED_SECTIONS = {
  secrets: section('Where secrets come from.', {
    provider: Type.Enum(['env', 'static', 'vault'], {
      default: 'env',
      description: 'Secrets stand in this file or in its environment variables. `vault` is not available yet.',
    }),
    vault_addr: text('http://127.0.0.1:8200'),
    vault_token: secret(noEffect),
    vault_mount: text('secret'),
    vault_path_prefix: text('sovd/'),
    vault_cache_ttl_secs: whole(300),
  }),
  firmware: section('Signatures of software packages.', {
    verify: flag(notYet, false),
    public_key_hex: optionalText(noEffect),
  }),
  dlt: section('Logging to a DLT daemon.', {
    enabled: flag(notYet, false),
    ecu_id: text('SOVD'),
    app_id: text('SOVD'),
    ctx_id: text('MAIN'),
    daemon_socket: optionalText(noEffect),
  }),
  someip: section('SOME/IP services as a source of components.', {
    application_name: optionalText(noEffect),
    vsomeip_config_path: optionalText(noEffect),
    offered_services: Type.Array(SomeipService, { default: [], description: notYet }),
    consumed_services: Type.Array(SomeipService, { default: [], description: notYet }),
  }),
}
