import { existsSync, globSync } from 'node:fs'
import { basename, join } from 'node:path'

const [name = ''] = process.argv.slice(2)
const file = join(import.meta.dirname, `${name}.ts`)

if (!/^[a-z-]+$/.test(name) || name === 'main' || !existsSync(file)) {
  const known = globSync(join(import.meta.dirname, '*.ts')).map((path) => basename(path, '.ts'))
  console.error(`usage: npm run bench -- ${known.filter((bench) => bench !== 'main').join(' | ')}`)
  process.exit(1)
}
process.argv.splice(2, 1)
await import(file)
