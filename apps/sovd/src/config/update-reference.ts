// Makes the reference in docs/configuration.md anew. Run it after a change of the settings.
import { readFileSync, writeFileSync } from 'node:fs'
import { withReference } from './reference.ts'

const page = new URL('../../../../docs/configuration.md', import.meta.url)
writeFileSync(page, withReference(readFileSync(page, 'utf8')))
