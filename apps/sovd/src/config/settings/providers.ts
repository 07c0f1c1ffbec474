import { Type } from 'typebox'
import { optionalText, section } from './section.ts'

export const PROVIDERS_SECTION = section('Programs of this machine that offer diagnostics on local sockets.', {
  dir: optionalText(
    'Folder where they put their sockets, named `*.sock`. One that appears is served, one that dies goes. Who may write to the folder may provide.',
  ),
  allowed_uids: Type.Array(Type.Integer({ minimum: 0, maximum: 0xffff_ffff }), {
    default: [],
    description: 'Users whose sockets are served, beside the one that the gateway runs as and root.',
  }),
  max: Type.Integer({ minimum: 1, maximum: 1000, default: 64, description: 'Sockets that are served at most.' }),
  timeout_secs: Type.Number({
    exclusiveMinimum: 0,
    maximum: 86_400,
    default: 10,
    description: 'How long one request to a program may take.',
  }),
})
