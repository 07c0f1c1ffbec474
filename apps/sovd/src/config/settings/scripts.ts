import { Type } from 'typebox'
import { flag, optionalText, section } from './section.ts'

export const SCRIPTS_SECTION = section('Programs that clients put at entities and run there.', {
  enabled: flag('Whether clients may. docs/scripts.md tells what keeps such a program from doing harm.', false),
  dir: optionalText('Folder that is for scripts only. Needed with `enabled`.'),
  isolation: Type.Enum(['namespaces', 'process'], {
    default: 'namespaces',
    description:
      'What is between scripts and the machine. Where there can be no namespaces the gateway does not start; `process` does without, and lets scripts reach the network and the sockets of the machine.',
  }),
  max_scripts: Type.Integer({ minimum: 1, maximum: 10_000, default: 100, description: 'Of all entities together.' }),
  max_size_kb: Type.Integer({ minimum: 1, maximum: 10_000, default: 256, description: 'Kilobytes of one script.' }),
  max_running: Type.Integer({ minimum: 1, maximum: 64, default: 2, description: 'Scripts that run at a time.' }),
  timeout_secs: Type.Number({
    exclusiveMinimum: 0,
    maximum: 86_400,
    default: 60,
    description: 'A script that runs longer is ended, and has failed.',
  }),
  memory_mb: Type.Integer({
    minimum: 16,
    maximum: 4096,
    default: 64,
    description: 'Megabytes of data that a script may have, beside what Node takes for itself.',
  }),
  proximity_proof: flag('Whether only who proves to be near the vehicle may start one.', false),
})
