import type { Logger } from '@opensovd/base'
import type { EntityTree } from '../entities/tree.ts'
import type { FaultManager } from './fault-manager.ts'

/** Each unknown component is told of once; beyond this many, none is. */
const MAX_TOLD = 100

/** Logs that faults are reported for a component that no backend has, for who looks for them in vain. */
export function tellOfUnknownComponents(manager: FaultManager, tree: EntityTree, log: Logger): void {
  const told = new Set<string>()
  manager.onChange(({ kind, fault: { componentId } }) => {
    if (kind !== 'raised' || told.size >= MAX_TOLD || told.has(componentId)) return
    if (tree.find('component', componentId)) return
    told.add(componentId)
    log.info('faults are reported for a component that no backend has yet; they are shown once one has', {
      componentId,
    })
  })
}
