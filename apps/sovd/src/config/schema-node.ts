/** What the configuration reads of a JSON Schema: all that its settings are described with. */
export interface SchemaNode {
  /** Absent where the values are listed instead. */
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
  /** Tables that are told apart by their `type`; the first is the default. */
  readonly anyOf?: readonly SchemaNode[]
  readonly default?: unknown
  readonly description?: string
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly pattern?: string
  /** A secret. */
  readonly writeOnly?: boolean
}

/** What an element must be where a setting is an array of tables; its elements are told apart by their number. */
export function elementTable({ items }: SchemaNode): SchemaNode | undefined {
  return items?.type === 'object' || items?.anyOf ? items : undefined
}

/** The tables that a node may be; itself where there is no choice. */
export function variantsOf(node: SchemaNode): readonly SchemaNode[] {
  return node.anyOf ?? [node]
}

/** The values of `type` that mean this table. */
export function typesOf(variant: SchemaNode): readonly unknown[] {
  return variant.properties?.type?.enum ?? []
}
