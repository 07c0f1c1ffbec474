import { Settings } from './settings.ts'

/** What is read of a schema. */
interface Node {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Node>>
  readonly items?: Node
  readonly default?: unknown
  readonly description?: string
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
}

/** The reference of all settings as Markdown: a table for each section. */
export function settingsReference(): string {
  return Object.entries<Node>(Settings.properties)
    .map(([name, section]) => formatSection(name, section))
    .join('\n')
}

function formatSection(name: string, section: Node): string {
  const heading = section.type === 'array' ? `[[${name}]]` : `[${name}]`
  const rows = formatRows(section.items ?? section, '')
  const head = '| Key | Type | Default | Meaning |\n|---|---|---|---|'
  return `### \`${heading}\`\n\n${section.description}\n\n${head}\n${rows.join('\n')}\n`
}

function formatRows(table: Node, prefix: string): readonly string[] {
  return Object.entries(table.properties ?? {}).flatMap(([key, node]) => {
    const name = `${prefix}${key}`
    const row = `| \`${name}\` | ${typeOf(node)} | ${defaultOf(node)} | ${node.description} |`
    const isList = node.type === 'array' && node.items?.type === 'object'
    return isList && node.items ? [row, ...formatRows(node.items, `${name}[].`)] : [row]
  })
}

function typeOf({ type, items, minimum, exclusiveMinimum, maximum, ...node }: Node): string {
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(', ')
  if (type === 'array') return items?.type === 'object' ? 'tables' : `array of ${items?.type}s`
  if (exclusiveMinimum !== undefined) return `${type} > ${exclusiveMinimum}, ≤ ${maximum}`
  if (minimum !== undefined) return maximum === undefined ? `${type} ≥ ${minimum}` : `${type} ${minimum} – ${maximum}`
  return `${type}`
}

function defaultOf(node: Node): string {
  return node.default === undefined || node.default === '' ? '' : `\`${JSON.stringify(node.default)}\``
}

const BEGIN = '<!-- settings: made by apps/sovd/src/config/update-reference.ts -->\n'
const END = '<!-- end of settings -->'

/** The page with its reference made anew. */
export function withReference(page: string): string {
  const begin = page.indexOf(BEGIN)
  const end = page.indexOf(END)
  if (begin < 0 || end < begin) throw new Error('the page has no place for the reference')
  return `${page.slice(0, begin + BEGIN.length)}\n${settingsReference()}\n${page.slice(end)}`
}
