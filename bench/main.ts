import { existsSync, globSync } from 'node:fs'
import { basename, join } from 'node:path'

const [wanted = ''] = process.argv.slice(2)
const [only, ...others] = globSync(join(import.meta.dirname, `${wanted.replaceAll(/[^a-z-]/g, '?')}-*.ts`))
/** The beginning of a name is enough if no other begins so. */
const name =
  only && others.length === 0 && !existsSync(join(import.meta.dirname, `${wanted}.ts`)) ? basename(only, '.ts') : wanted
const file = join(import.meta.dirname, `${name}.ts`)

if (!/^[a-z-]+$/.test(name) || name === 'main' || !existsSync(file)) {
  const known = globSync(join(import.meta.dirname, '*.ts')).map((path) => basename(path, '.ts'))
  console.error(`usage: npm run bench -- ${known.filter((bench) => bench !== 'main').join(' | ')}`)
  process.exit(1)
}
process.argv.splice(2, 1)
await import(file)
