import { optionalText, section } from './section.ts'

export const CATALOG_SECTION = section('What data and faults mean.', {
  vss_file: optionalText('Tree of the COVESA Vehicle Signal Specification in JSON or YAML, as vss-tools export it.'),
  units_file: optionalText(
    'Units of the tree beside those of VSS: a units file in YAML or JSON, as vss-tools take it.',
  ),
  mapping_file: optionalText('Which data are which signals, and what else is known of data and faults; JSON or YAML.'),
})
