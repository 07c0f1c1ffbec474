import { ISOLATIONS } from '@opensovd/core'
import { type Static, Type } from 'typebox'
import { flag, section } from './section.ts'

const Tenant = Type.Object(
  {
    id: Type.String({ default: '', description: 'Required. `default` is the tenant of callers that are of no other.' }),
    name: Type.Optional(Type.String({ description: 'What people call it.' })),
    isolation: Type.Enum([...ISOLATIONS], {
      default: 'namespace',
      description:
        '`none`: shares everything with the others of `none`. `namespace`: what its clients make is its own. `strict`: also sees nothing but its components.',
    }),
    components: Type.Optional(
      Type.Array(Type.String(), { description: 'The components that there are for a `strict` tenant. Default: all.' }),
    ),
    profile: Type.String({ default: 'default', description: 'Only `default`: there are no other profiles.' }),
  },
  { additionalProperties: false },
)

export const TENANT_SECTION = section('Several tenants that share the vehicle.', {
  enabled: flag('Keep tenants apart.', false),
  header_name: Type.String({
    default: 'X-Tenant-ID',
    description: 'Header that names the tenant of callers that may choose.',
  }),
  jwt_claim: Type.String({ default: 'tenant_id', description: 'Claim of tokens that names the tenant they are of.' }),
  tenants: Type.Array(Tenant, { default: [], description: 'Who shares the vehicle, at most 64.' }),
})

export type TenantSettings = Static<typeof TENANT_SECTION>
