import type { DeclaredEntity, EntityKind, EntityTreeOptions } from '@opensovd/core'
import { ENTITY_ID } from '@opensovd/sovd'
import type { Findings } from './findings.ts'
import type { EntitySettings } from './settings/entities.ts'

type DoerSettings = EntitySettings['apps'][number] | EntitySettings['functions'][number]
type Identity = EntitySettings['groups'][number] | EntitySettings['components'][number] | DoerSettings

/** The sections that describe entities, by their kinds. */
const KINDS = {
  areas: 'area',
  components: 'component',
  apps: 'app',
  functions: 'function',
  groups: 'group',
} as const satisfies Readonly<Record<string, EntityKind>>

const SWITCHES = { areas: 'area', apps: 'app', functions: 'function' } as const

/** Judges what is said of entities. */
export function readEntities(
  settings: EntitySettings,
  findings: Findings,
): Required<Omit<EntityTreeOptions, 'extend'>> {
  for (const [section, kind] of Object.entries(KINDS)) checkIds(section, kind, settings, findings)
  refuseSharedComponents(settings.areas, findings)
  const { areas, components, apps, functions, groups } = settings
  return {
    declared: [
      ...areas.map((area, index) => ({
        ...identityOf('area', area),
        ...parentOf(`areas[${index}]`, area, findings),
        ...idsOf('members', `areas[${index}].components`, area.components, findings),
      })),
      ...components.map((component, index) => ({
        ...identityOf('component', component),
        ...parentOf(`components[${index}]`, component, findings),
        ...idsOf('dependsOn', `components[${index}].depends_on`, component.depends_on, findings),
      })),
      ...apps.map((app, index) => ({
        ...identityOf('app', app),
        ...(app.version === undefined ? {} : { softwareVersion: app.version }),
        ...idOf('hostId', `apps[${index}].host`, app.host, findings),
        ...idsOf('dependsOn', `apps[${index}].depends_on`, app.depends_on, findings),
        ...abilitiesOf(`apps[${index}]`, app, findings),
      })),
      ...functions.map((func, index) => ({
        ...identityOf('function', func),
        ...idsOf('members', `functions[${index}].components`, func.components, findings),
        ...abilitiesOf(`functions[${index}]`, func, findings),
      })),
      ...groups.map((group, index) => ({
        ...identityOf('group', group),
        ...idsOf('members', `groups[${index}].components`, group.components, findings),
      })),
    ],
    disabled: Object.entries(SWITCHES).flatMap(([name, kind]) =>
      settings.entities[name as keyof typeof SWITCHES] ? [] : [kind],
    ),
  }
}

function identityOf(kind: EntityKind, { id, name, description, translation_id, tags }: Identity): DeclaredEntity {
  return {
    kind,
    id,
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(translation_id === undefined ? {} : { translationId: translation_id }),
    ...(tags.length > 0 ? { tags } : {}),
  }
}

function parentOf(path: string, { id, parent }: { id: string; parent?: string }, findings: Findings) {
  if (parent !== undefined && parent === id) findings.problem(`${path}.parent`, `"${id}" cannot be in itself`)
  return idOf('parentId', `${path}.parent`, parent, findings)
}

function idOf<const N extends string>(name: N, path: string, id: string | undefined, findings: Findings) {
  if (id !== undefined) checkId(path, id, findings)
  return (id === undefined ? {} : { [name]: id }) as { readonly [K in N]?: string }
}

function idsOf<const N extends string>(name: N, path: string, ids: readonly string[], findings: Findings) {
  for (const [index, id] of ids.entries()) checkId(`${path}[${index}]`, id, findings)
  return (ids.length === 0 ? {} : { [name]: ids }) as { readonly [K in N]?: readonly string[] }
}

function abilitiesOf(path: string, { source, data, operations }: DoerSettings, findings: Findings) {
  refuseSameIds(`${path}.data`, data, findings)
  refuseSameIds(`${path}.operations`, operations, findings)
  const placeOf = (at: string, { id, component = source }: { id: string; component?: string }) => {
    if (id === '') findings.problem(`${at}.id`, 'is required')
    else checkId(`${at}.id`, id, findings)
    if (component === undefined) findings.problem(`${at}.component`, 'is required where there is no source')
    else checkId(`${at}.component`, component, findings)
    return { id, componentId: component ?? '' }
  }
  const nameOf = ({ name }: { name?: string }) => (name === undefined ? {} : { name })
  return {
    ...idOf('source', `${path}.source`, source, findings),
    data: data.map((each, index) => ({
      ...placeOf(`${path}.data[${index}]`, each),
      itemId: each.item ?? each.id,
      ...nameOf(each),
    })),
    operations: operations.map((each, index) => ({
      ...placeOf(`${path}.operations[${index}]`, each),
      operationId: each.operation ?? each.id,
      ...nameOf(each),
    })),
  }
}

function checkIds(section: string, kind: EntityKind, settings: EntitySettings, findings: Findings): void {
  const entities = settings[section as keyof typeof KINDS]
  for (const [index, { id }] of entities.entries()) {
    if (id === '') findings.problem(`${section}[${index}].id`, 'is required')
    else checkId(`${section}[${index}].id`, id, findings, kind)
  }
  refuseSameIds(section, entities, findings)
}

function checkId(path: string, id: string, findings: Findings, kind = 'component or other entity'): void {
  if (ENTITY_ID.test(id)) return
  findings.problem(path, `expected the id of a ${kind}, got ${JSON.stringify(id)}`)
}

function refuseSameIds(path: string, all: readonly { readonly id: string }[], findings: Findings): void {
  const first = new Map<string, number>()
  for (const [index, { id }] of all.entries()) {
    const earlier = first.get(id)
    if (id === '') continue
    if (earlier === undefined) first.set(id, index)
    else findings.problem(`${path}[${index}].id`, `is "${id}", as that of ${path}[${earlier}]`)
  }
}

/** What contains a component is what it belongs to, and that is one area [17978-3 7.6]. */
function refuseSharedComponents(areas: EntitySettings['areas'], findings: Findings): void {
  const areaOf = new Map<string, number>()
  for (const [index, { components }] of areas.entries()) {
    for (const [at, id] of components.entries()) {
      const earlier = areaOf.get(id)
      if (earlier === undefined) areaOf.set(id, index)
      else if (earlier !== index) {
        findings.problem(`areas[${index}].components[${at}]`, `"${id}" is in areas[${earlier}] already`)
      }
    }
  }
}
