// Checks what docs/architecture.md promises about imports, clocks and sizes. Prints every breach; exits 1 if there is one.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/** What each workspace may import, and whether (or in which folders) it may use node:* modules. */
const LAYERS = {
  'packages/base': { imports: [], node: ['src/node/', 'src/testing/'] },
  'packages/sovd': { imports: ['base'], node: false },
  'packages/core': { imports: ['base', 'sovd'], node: false },
  'packages/someip': { imports: ['base'], node: ['src/endpoint/', 'src/config/', 'src/trace/', 'src/testing/'] },
  'packages/uds': { imports: ['base'], node: ['src/node/', 'src/testing/'] },
  'packages/fault': { imports: ['base'], node: ['src/socket/', 'src/testing/'] },
  'packages/ecu': { imports: ['base', 'uds'], node: ['src/node/', 'src/testing/'] },
  'packages/server': { imports: ['base', 'sovd', 'core'], node: true },
  'packages/backends': { imports: ['base', 'sovd', 'core', 'someip', 'uds', 'ecu'], node: true },
  'packages/provider': { imports: ['base', 'sovd', 'core', 'server'], node: true },
  'packages/integrations': { imports: ['base', 'sovd', 'core'], node: true },
  'apps/demo-ecu': { imports: ['base', 'sovd', 'core', 'server'], node: true },
  'apps/sovd': {
    imports: ['base', 'sovd', 'core', 'server', 'backends', 'integrations', 'demo-ecu', 'someip', 'uds', 'ecu'],
    node: true,
  },
  'apps/someip': { imports: ['base', 'someip'], node: true },
}

const MAX_LINES = 500
const TIME = /\b(setTimeout|setInterval|Date\.now|Math\.random|performance\.now)\b/
const PROCESS = /\bprocess\.(env|argv|exit)\b/
const IMPORT = /^\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|^\s*import\s*'([^']+)'|\bimport\('([^']+)'\)/gm

const problems = []
const edges = new Map()

for (const [workspace, rule] of Object.entries(LAYERS)) {
  if (!existsSync(workspace)) continue
  checkManifest(workspace, rule)
  for (const file of globSync(`${workspace}/src/**/*.ts`)) checkFile(workspace, rule, file)
}
for (const file of edges.keys()) findCycle(file, [])
for (const directory of [...globSync('packages/*'), ...globSync('apps/*')]) {
  if (!LAYERS[directory]) problems.push(`${directory}: not in the layer table of scripts/check-layers.mjs`)
}

if (problems.length > 0) {
  for (const problem of new Set(problems)) console.error(problem)
  process.exit(1)
}

function checkManifest(workspace, rule) {
  const manifest = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8'))
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    if (name.startsWith('@opensovd/') && !rule.imports.includes(name.slice('@opensovd/'.length))) {
      problems.push(`${workspace}/package.json: must not depend on ${name}`)
    }
  }
}

function checkFile(workspace, rule, file) {
  const text = readFileSync(file, 'utf8')
  const isTest = file.endsWith('.test.ts') || file.includes('/testing/')
  const inside = relative(workspace, file)
  const lines = text.split('\n').length
  if (lines > MAX_LINES && !isTest) problems.push(`${file}: ${lines} lines, at most ${MAX_LINES}`)
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
  if (!isTest && file !== 'packages/base/src/node/clock.ts') {
    const time = code.match(TIME)
    if (time) problems.push(`${file}: ${time[0]} belongs to the Clock`)
    const process = code.match(PROCESS)
    if (process && !workspace.startsWith('apps/')) problems.push(`${file}: ${process[0]} belongs to the programs`)
  }
  edges.set(file, [])
  for (const match of code.matchAll(IMPORT))
    checkImport(workspace, rule, file, inside, isTest, match[1] ?? match[2] ?? match[3])
}

function checkImport(workspace, rule, file, inside, isTest, target) {
  if (target.startsWith('node:')) {
    const allowed =
      rule.node === true || isTest || (Array.isArray(rule.node) && rule.node.some((at) => inside.startsWith(at)))
    if (!allowed) problems.push(`${file}: must not import ${target}`)
  } else if (target.startsWith('.')) {
    const to = relative('.', resolve(dirname(file), target))
    if (!to.startsWith(`${workspace}/`)) problems.push(`${file}: reaches out of its workspace with ${target}`)
    if (!isTest) edges.get(file).push(to)
  } else if (target.startsWith('@opensovd/')) {
    const name = target.split('/')[1]
    const subpath = target.split('/').slice(2).join('/')
    if (!rule.imports.includes(name)) problems.push(`${file}: ${workspace} must not import @opensovd/${name}`)
    if (subpath.startsWith('src')) problems.push(`${file}: deep import ${target}`)
  }
}

function findCycle(file, path) {
  const at = path.indexOf(file)
  if (at >= 0) {
    const cycle = path.slice(at)
    const first = cycle.indexOf([...cycle].sort()[0])
    problems.push(`import cycle: ${[...cycle.slice(first), ...cycle.slice(0, first + 1)].join(' > ')}`)
    return
  }
  const targets = edges.get(file)
  if (!targets || targets.done) return
  for (const target of targets) findCycle(target, [...path, file])
  targets.done = true
}
