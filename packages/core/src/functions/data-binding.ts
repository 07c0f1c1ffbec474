/** A data item of a component under another id. */
export interface DataBinding {
  readonly id: string
  readonly componentId: string
  readonly itemId: string
  /** In place of the name that the component has for it. */
  readonly name?: string
}
