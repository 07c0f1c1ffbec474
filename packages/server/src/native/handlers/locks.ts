import {
  acquireLock,
  type Diagnostics,
  type Lock,
  type LockTarget,
  type LockTerm,
  renewLock,
  VEHICLE,
} from '@opensovd/core'
import type { NativeApi } from '@opensovd/sovd'
import { requireNamed } from '../../caller.ts'
import { handlersOf, type RequestContext } from '../../contract.ts'
import { componentLockView, groupLockView, vehicleLockView } from '../views/locks.ts'

type LockRoutes = Pick<
  NativeApi,
  | 'readComponentLock'
  | 'acquireComponentLock'
  | 'renewComponentLock'
  | 'releaseComponentLock'
  | 'readGroupLock'
  | 'acquireGroupLock'
  | 'renewGroupLock'
  | 'releaseGroupLock'
  | 'readVehicleLock'
  | 'acquireVehicleLock'
  | 'renewVehicleLock'
  | 'releaseVehicleLock'
>

/** The lock of something here is the one that is about all of it; locks of single collections only show in refusals. */
export function lockHandlers({ tree, locks }: Diagnostics, base: string) {
  const ofComponent = atPlace(
    ({ componentId }: { readonly componentId: string }) => ({ kind: 'component', id: componentId }),
    ({ componentId }, lock) => componentLockView(componentId, lock),
    ({ componentId }) => `/components/${componentId}/lock`,
  )
  const ofGroup = atPlace(
    ({ groupId }: { readonly groupId: string }) => ({ kind: 'group', id: groupId }),
    ({ groupId }, lock) => groupLockView(groupId, lock),
    ({ groupId }) => `/groups/${groupId}/lock`,
  )
  const ofVehicle = atPlace(
    () => VEHICLE,
    (_, lock) => vehicleLockView(lock),
    () => '/lock',
  )

  return handlersOf<LockRoutes>({
    readComponentLock: ofComponent.read,
    acquireComponentLock: ofComponent.acquire,
    renewComponentLock: ofComponent.renew,
    releaseComponentLock: ofComponent.release,
    readGroupLock: ofGroup.read,
    acquireGroupLock: ofGroup.acquire,
    renewGroupLock: ofGroup.renew,
    releaseGroupLock: ofGroup.release,
    readVehicleLock: ofVehicle.read,
    acquireVehicleLock: ofVehicle.acquire,
    renewVehicleLock: ofVehicle.renew,
    releaseVehicleLock: ofVehicle.release,
  })

  function atPlace<Params, View>(
    targetOf: (params: Params) => LockTarget,
    viewOf: (params: Params, lock: Lock) => View,
    pathOf: (params: Params) => string,
  ) {
    return {
      read: ({ params }: { params: Params }, { caller }: RequestContext) =>
        viewOf(params, locks.get({ target: targetOf(params) }, caller)),

      acquire: async ({ params, body }: { params: Params; body: Term }, context: RequestContext) => {
        const request = { caller: requireNamed(context.caller), term: termOf(body) }
        const lock = await acquireLock({ tree, locks }, targetOf(params), request, context)
        return { body: viewOf(params, lock), location: base + pathOf(params) }
      },

      renew: async ({ params, body }: { params: Params; body: Term }, context: RequestContext) => {
        const renewal = { caller: context.caller, term: termOf(body) }
        return viewOf(params, await renewLock({ tree, locks }, { target: targetOf(params) }, renewal, context))
      },

      release: (
        { params, query }: { params: Params; query: { break?: 'true' | 'false' } },
        { caller }: RequestContext,
      ) => {
        const place = { target: targetOf(params) }
        if (query.break === 'true') locks.break(place, requireNamed(caller))
        else locks.release(place, caller)
      },
    }
  }
}

interface Term {
  readonly expires?: string
  readonly durationSecs?: number
}

function termOf({ expires, durationSecs }: Term): LockTerm {
  return {
    ...(expires === undefined ? {} : { expires }),
    ...(durationSecs === undefined ? {} : { durationSeconds: durationSecs }),
  }
}
