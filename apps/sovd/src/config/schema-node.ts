/** What the configuration reads of a JSON Schema: all that its settings are described with. */
export interface SchemaNode {
  /** Absent where the values are listed instead. */
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly items?: SchemaNode
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
  return items?.type === 'object' ? items : undefined
}
