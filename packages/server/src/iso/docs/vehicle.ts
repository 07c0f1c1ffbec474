import type { Diagnostics } from '@opensovd/core'
import { type CapabilityDescription, type PartialFailure, SovdError } from '@opensovd/sovd'
import type { RequestContext } from '../../contract.ts'
import { isoRows } from '../contract.ts'
import { COLLECTIONS } from '../entities.ts'
import { variantOf } from '../views/entities.ts'
import type { Element, Survey } from './survey.ts'

export interface VehicleDescriptionOptions {
  readonly diagnostics: Diagnostics
  readonly serverName: string
  readonly serverVersion: string
  /** Prefix of the contract, without a trailing slash. */
  readonly base: string
}

export interface VehicleDescription {
  readonly document: CapabilityDescription
  /** What could not be had: sources that are not there, and paths below which nobody could be asked. */
  readonly failures: readonly (PartialFailure | PathFailure)[]
}

export interface PathFailure {
  readonly path: string
  readonly message: string
}

/**
 * Describes everything that the contract of ISO 17978-3 has of a vehicle in one document, for clients that are not
 * connected to it [17978-3 6.2]. Asks every source for what it has; rejects only when the signal aborts.
 */
export async function describeVehicle(
  options: VehicleDescriptionOptions,
  signal: AbortSignal,
): Promise<VehicleDescription> {
  const { diagnostics } = options
  const { survey, describe } = isoRows({ ...options, otherBases: [] }).docs
  const context: RequestContext = { signal, caller: {}, url: '', origin: '' }
  const failures: PathFailure[] = []
  const found = await everythingBelow(survey, survey.root, context, failures)
  signal.throwIfAborted()
  const document = describe(found.map((element) => withApplicability(element, diagnostics)))
  return { document, failures: [...diagnostics.tree.failures(), ...failures] }
}

async function everythingBelow(
  survey: Survey,
  element: Element,
  context: RequestContext,
  failures: PathFailure[],
): Promise<readonly Element[]> {
  const children = await survey.children(element, context).catch((error: unknown) => {
    if (!(error instanceof SovdError)) throw error
    failures.push({ path: `/${element.path.join('/')}`, message: error.message })
    return []
  })
  const below = await Promise.all(children.map((child) => everythingBelow(survey, child, context, failures)))
  return [element, ...below.flat()]
}

/** Which variants of an entity a description is about, for whoever has another one in front of him [17978-3 6.2.2]. */
function withApplicability(element: Element, { tree }: Diagnostics): Element {
  const [collection = '', id = ''] = element.path
  if (element.path.length !== 2 || !Object.hasOwn(COLLECTIONS, collection)) return element
  const entity = tree.find(COLLECTIONS[collection as keyof typeof COLLECTIONS], id)
  const { software_version: version, ...variants } = (entity && variantOf(entity).variant) ?? {}
  const path = `/${collection}/${encodeURIComponent(id)}`
  const match = (name: string, value: string) => ({
    source: `${path}#/variant/${name}`,
    match: 'equals',
    values: [value],
  })
  const applicability = {
    ...(version === undefined ? {} : { versions: [match('software_version', version)] }),
    ...(Object.keys(variants).length === 0
      ? {}
      : { variants: Object.entries(variants).map(([name, value]) => match(name, value)) }),
  }
  if (Object.keys(applicability).length === 0) return element
  return { ...element, extensions: { ...element.extensions, 'x-sovd-applicability': applicability } }
}
