import { DescriptionSchema } from './schema/description.ts'

/** The schema of descriptions for editors and other programs. What has a default may be left out. */
export function descriptionJsonSchema(): Readonly<Record<string, unknown>> {
  const published = withoutDefaults(JSON.parse(JSON.stringify(DescriptionSchema)))
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...(published as object) }
}

function withoutDefaults(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutDefaults)
  if (typeof node !== 'object' || node === null) return node
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(node)) copy[key] = withoutDefaults(value)
  const { required, properties } = copy
  if (Array.isArray(required) && typeof properties === 'object' && properties !== null) {
    const byName = new Map(Object.entries(properties))
    copy.required = required.filter((name) => byName.get(name)?.default === undefined)
  }
  return copy
}
