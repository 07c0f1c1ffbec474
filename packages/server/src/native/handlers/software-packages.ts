import type { Diagnostics, UpdatePhase } from '@opensovd/core'
import { type NativeApi, SovdError } from '@opensovd/sovd'
import { handlersOf } from '../../contract.ts'
import { packageStatusView, packageView } from '../views/software-packages.ts'

type SoftwarePackageRoutes = Pick<
  NativeApi,
  | 'listSoftwarePackages'
  | 'installSoftwarePackage'
  | 'readSoftwarePackageStatus'
  | 'activateSoftwarePackage'
  | 'rollBackSoftwarePackage'
>

interface PackagePath {
  readonly componentId: string
  readonly packageId: string
}

export function softwarePackageHandlers({ tree, updates }: Diagnostics, base: string) {
  const packageFor = async ({ componentId, packageId }: PackagePath) => {
    tree.get('component', componentId)
    const update = await updates.get(packageId)
    if (update.updatedComponents.includes(componentId)) return update
    throw new SovdError('not-found', `Software package '${packageId}' is not for component '${componentId}'`)
  }
  const start = async (path: PackagePath, phase: UpdatePhase) => {
    const update = await packageFor(path)
    await updates.start(update.id, phase)
    return packageView(update, await updates.status(update.id), path.componentId)
  }

  return handlersOf<SoftwarePackageRoutes>({
    listSoftwarePackages: async ({ params }) => {
      const { id } = tree.get('component', params.componentId)
      const all = (await updates.list()).filter(({ updatedComponents }) => updatedComponents.includes(id))
      return { items: await Promise.all(all.map(async (each) => packageView(each, await updates.status(each.id), id))) }
    },
    installSoftwarePackage: async ({ params }) => {
      const { componentId, packageId } = params
      const location = `${base}/components/${componentId}/software-packages/${packageId}/status`
      return { body: await start(params, 'prepare'), location }
    },
    readSoftwarePackageStatus: async ({ params }) => {
      const { id } = await packageFor(params)
      return { packageId: id, status: packageStatusView(await updates.status(id)) }
    },
    activateSoftwarePackage: ({ params }) => start(params, 'execute'),
    rollBackSoftwarePackage: ({ params }) => start(params, 'rollback'),
  })
}
