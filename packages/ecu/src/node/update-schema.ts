// Makes docs/ecu-description.schema.json anew. Run it after a change of the schema.
import { writeFileSync } from 'node:fs'
import { descriptionJsonSchema } from '../description/json-schema.ts'

const file = new URL('../../../../docs/ecu-description.schema.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(descriptionJsonSchema(), undefined, 2)}\n`)
