import { Type } from 'typebox'
import { flag, section } from './section.ts'

export const MDNS_SECTION = section('Announcing the gateway in the local network.', {
  enabled: flag('Announce it, as `_sovd._tcp.local`.', false),
  instance_name: Type.String({
    default: 'OpenSOVD-native-server',
    pattern: '^[ -\\-/-~]{1,50}$',
    description: 'What people see: printable ASCII without dots. Another is taken while somebody else has it.',
  }),
  hostname: Type.String({
    default: 'opensovd.local.',
    pattern: '^[A-Za-z0-9]([A-Za-z0-9-]{0,48}[A-Za-z0-9])?\\.local\\.?$',
    description: 'Name of this machine there. Another is taken while somebody else has it.',
  }),
  identification: Type.Optional(
    Type.String({ pattern: '^[!-~]{1,128}$', description: 'What vehicle it is: the VIN. Not announced if left out.' }),
  ),
  access_url: Type.Optional(
    Type.String({
      pattern: '^https?://[!-~]{1,200}$',
      description: 'Where clients begin. If left out, the path above `api.iso_base` at `hostname` and the port.',
    }),
  ),
})
