import type { UpdatePackage, UpdatePart, UpdateState, UpdateStatus } from '@opensovd/core'
import type { PackageStatus, SoftwarePackage } from '@opensovd/sovd'

const WORDS: Readonly<Record<UpdateStatus['phase'], Readonly<Record<UpdateState, PackageStatus>>>> = {
  prepare: { pending: 'available', inProgress: 'downloading', failed: 'failed', completed: 'installed' },
  execute: { pending: 'installed', inProgress: 'installing', failed: 'failed', completed: 'activated' },
  rollback: { pending: 'activated', inProgress: 'rollingBack', failed: 'failed', completed: 'available' },
}

export function packageStatusView({ phase, state }: UpdateStatus): PackageStatus {
  return WORDS[phase][state]
}

/** An update as one component sees it. */
export function packageView(update: UpdatePackage, status: UpdateStatus, componentId: string): SoftwarePackage {
  const { id, name, version, notes, previousVersions } = update
  const previousVersion = previousVersions?.[componentId]
  const progress =
    status.state === 'inProgress' ? (partOf(status, componentId)?.progress ?? status.progress) : undefined
  return {
    id,
    name,
    version,
    ...(notes === undefined ? {} : { description: notes }),
    status: packageStatusView(status),
    ...(previousVersion === undefined ? {} : { previousVersion }),
    ...(progress === undefined ? {} : { progress }),
    componentId,
    ...(status.changedAt === undefined ? {} : { updatedAt: status.changedAt }),
    ...(status.error === undefined ? {} : { error: status.error }),
  }
}

function partOf({ parts }: UpdateStatus, componentId: string): UpdatePart | undefined {
  return parts.find((part) => part.componentId === componentId)
}
