import type { Diagnostics } from '@opensovd/core'
import type { Contract } from '../contract.ts'

/**
 * The contracts over the whole domain, each with those of the tenants that are kept apart.
 * @param contractsOver makes them, always in the same order
 */
export function contractsWithViews(
  diagnostics: Diagnostics,
  contractsOver: (diagnostics: Diagnostics) => readonly Contract[],
): readonly Contract[] {
  const contracts = contractsOver(diagnostics)
  const { tenancy } = diagnostics
  if (!tenancy) return contracts
  const views = [...tenancy.views].map(([id, view]) => ({ id, tree: view.tree, contracts: contractsOver(view) }))
  return contracts.map((whole, at) => {
    const own = views.flatMap(({ id, tree, contracts }) => {
      const contract = contracts[at]
      return contract ? [[id, { contract, tree }] as const] : []
    })
    return { ...whole, views: new Map(own) }
  })
}
