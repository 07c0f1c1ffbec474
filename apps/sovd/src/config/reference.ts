import { elementTable, type SchemaNode, typesOf, variantsOf } from './schema-node.ts'
import { Settings } from './settings/settings.ts'

/** The reference of all settings as Markdown: a table for each section. */
export function settingsReference(): string {
  return Object.entries<SchemaNode>(Settings.properties)
    .map(([name, section]) => formatSection(name, section))
    .join('\n')
}

const HEAD = '| Key | Type | Default | Meaning |\n|---|---|---|---|'

function formatSection(name: string, section: SchemaNode): string {
  const heading = section.type === 'array' ? `[[${name}]]` : `[${name}]`
  const tables = variantsOf(section.items ?? section)
  const parts = tables.map((table) => {
    const title = tables.length > 1 ? `#### \`type = "${typesOf(table).join('" or "')}"\`\n\n` : ''
    return `${title}${HEAD}\n${formatRows(table, '').join('\n')}\n`
  })
  return `### \`${heading}\`\n\n${section.description}\n\n${parts.join('\n')}`
}

function formatRows(table: SchemaNode, prefix: string): readonly string[] {
  return Object.entries(table.properties ?? {}).flatMap(([key, node]) => {
    const name = `${prefix}${key}`
    const row = `| \`${name}\` | ${typeOf(node)} | ${defaultOf(node)} | ${node.description} |`
    const element = elementTable(node)
    return element ? [row, ...formatRows(element, `${name}[].`)] : [row]
  })
}

function typeOf(node: SchemaNode): string {
  const { type, items, minimum, exclusiveMinimum, maximum } = node
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(', ')
  if (type === 'array') return elementTable(node) ? 'tables' : `array of ${items?.type ?? 'string'}s`
  if (exclusiveMinimum !== undefined) return `${type} > ${exclusiveMinimum}, ≤ ${maximum}`
  if (minimum !== undefined) return maximum === undefined ? `${type} ≥ ${minimum}` : `${type} ${minimum} – ${maximum}`
  return type ?? 'any'
}

function defaultOf(node: SchemaNode): string {
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
