import { optionalText, section } from './section.ts'

export const CATALOG_SECTION = section('What data and faults mean.', {
  vss_file: optionalText('Tree of the COVESA Vehicle Signal Specification in JSON or YAML, as vss-tools export it.'),
  mapping_file: optionalText('Which data are which signals, and what else is known of data and faults; JSON or YAML.'),
})
