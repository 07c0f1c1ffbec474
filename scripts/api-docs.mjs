// Writes the reference of a package's public API, docs/api/<package>.md, from the declarations and docstrings of its exports:
//   node scripts/api-docs.mjs someip            (with --print to the standard output)
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')
const REEXPORT = /^export (?:type )?(?:\{([^}]*)\}|\* as (\w+)) from '([^']+)';/gm
const STATEMENT = /^(?=\/\*\*|export |declare |import |type |interface |class |const |abstract )/m
const NAME = /^export (?:declare )?(?:abstract )?(function|class|interface|type|const) (\w+)/
const GROUPS = { Functions: ['function'], Classes: ['class'], Values: ['const'], Types: ['interface', 'type'] }

/** The reference of packages/<name>. */
export function renderApi(name) {
  const folder = join('packages', name)
  const { name: packageName, exports } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'))
  const entries = Object.entries(exports).map(([subpath, file]) => [subpath, join(folder, file)])
  const declarations = emitDeclarations(entries.map(([, file]) => file))
  try {
    const parts = entries.map(([subpath, file]) => {
      const title = join(packageName, subpath)
      return renderEntry(title, readExports(join(declarations, folder), join(declarations, declarationOf(file))))
    })
    const contents = entries
      .map(([subpath]) => join(packageName, subpath))
      .map((title) => `- [\`${title}\`](#${anchor(title)})`)
    return `${[head(packageName, name), contents.join('\n'), ...parts].join('\n\n')}\n`
  } finally {
    rmSync(declarations, { recursive: true })
  }
}

function head(packageName, name) {
  return `# API of ${packageName}\n\nMade from the sources by \`node scripts/api-docs.mjs ${name}\`; a test keeps it current.`
}

function emitDeclarations(files) {
  const folder = mkdtempSync(join(tmpdir(), 'api-docs-'))
  const emit = { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: ROOT, outDir: folder }
  const compilerOptions = { ...emit, typeRoots: [join(ROOT, 'node_modules/@types')] }
  const config = join(folder, 'tsconfig.json')
  const absolute = files.map((file) => join(ROOT, file))
  const text = { extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: [], files: absolute }
  writeFileSync(config, JSON.stringify(text))
  try {
    execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', config], { cwd: ROOT, stdio: 'pipe' })
  } catch (error) {
    // Declarations are written even if types elsewhere are wrong, which is for the type check to tell.
    if (error.status === null) throw error
  }
  return folder
}

/** The declarations that an index exports: those of its own lines, and of the files it names. */
function readExports(packageFolder, index) {
  const found = []
  for (const [, names, namespace, from] of readFileSync(index, 'utf8').matchAll(REEXPORT)) {
    const file = resolve(dirname(index), declarationOf(from))
    if (namespace !== undefined) found.push({ kind: 'namespace', name: namespace, file: relative(packageFolder, file) })
    else for (const name of namesIn(names)) found.push(declaration(file, name))
  }
  return found
}

function namesIn(list) {
  const names = list.split(',').map((one) => one.trim().replace(/^type /, ''))
  return names.filter((one) => one !== '')
}

/** What `name` is in a file; overloads are one declaration. */
function declaration(file, name) {
  const chunks = readFileSync(file, 'utf8').split(STATEMENT)
  let doc = ''
  const found = { kind: '', name, doc: '', code: '' }
  for (const chunk of chunks) {
    const match = NAME.exec(chunk)
    if (match?.[2] === name) {
      found.kind = match[1]
      found.doc ||= proseOf(doc)
      found.code += codeOf(chunk)
    }
    doc = chunk.startsWith('/**') ? chunk : ''
  }
  if (found.code === '') throw new Error(`${file}: no declaration of ${name}`)
  return found
}

function proseOf(comment) {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\/?\*+\/?\s?/, '').replace(/\s*\*\/\s*$/, ''))
  const text = lines.join('\n').trim()
  return text.replace(/(?:^|\s)@(throws|param|returns)\s/g, (_, tag) => `\n\n*${tag}* `).trim()
}

function codeOf(chunk) {
  const code = chunk.replace(/^export (?:declare )?/, '').replace(/^\s*(?:#private;|private constructor\(\);)\n/gm, '')
  return `${code.trim()}\n`
}

function renderEntry(title, exports) {
  const sections = [`## \`${title}\``]
  for (const { name, file } of exports.filter(({ kind }) => kind === 'namespace')) {
    sections.push(
      `\`${name}\`: everything that \`${file.replace(/^src\/(\w+)\/.*$/, `${title}/$1`)}\` has, as one name.`,
    )
  }
  for (const [group, kinds] of Object.entries(GROUPS)) {
    const members = exports.filter(({ kind }) => kinds.includes(kind)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
    if (members.length > 0) sections.push(`### ${group} of ${title.replace(/^@\w+\//, '')}`)
    for (const { name, doc, code } of members) {
      sections.push([`#### \`${name}\``, doc, `\`\`\`ts\n${code}\`\`\``].filter((part) => part !== '').join('\n\n'))
    }
  }
  return sections.join('\n\n')
}

function anchor(title) {
  return title.toLowerCase().replace(/[^\w -]/g, '')
}

function declarationOf(file) {
  return file.replace(/\.ts$/, '.d.ts')
}

const [name, flag] = process.argv.slice(2)
if (process.argv[1] === import.meta.filename && name !== undefined) {
  const page = renderApi(name)
  if (flag === '--print') process.stdout.write(page)
  else {
    mkdirSync(join(ROOT, 'docs/api'), { recursive: true })
    writeFileSync(join(ROOT, 'docs/api', `${name}.md`), page)
  }
}
