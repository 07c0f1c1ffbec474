import { SovdError } from '@opensovd/sovd'
import type { Entity } from '../entities/entity.ts'

/** @throws SovdError `unavailable` for a component that something is made of and that no backend has now */
export function componentOf(components: ReadonlyMap<string, Entity>, id: string): Entity {
  const component = components.get(id)
  if (component) return component
  throw new SovdError('unavailable', `component '${id}', which this is a part of, is not there`, { target: id })
}
