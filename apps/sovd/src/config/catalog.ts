import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Json, messageOf, parseJson } from '@opensovd/base'
import {
  type CatalogProblem,
  type DataCatalog,
  readMapping,
  readUnits,
  readVss,
  type VssTree,
  type VssUnits,
} from '@opensovd/core'
import type { Findings } from './findings.ts'
import type { Settings } from './settings/settings.ts'
import { readFailure } from './text-file.ts'

/** Problems of one file that are told; the rest is counted. */
const MAX_TOLD = 50
/** More aliases than this are an attack: each may stand for much. */
const MAX_ALIASES = 1000

/** Loads the data catalog, if there is a mapping. */
export function readCatalog(settings: Settings['catalog'], findings: Findings): DataCatalog | undefined {
  const { vss_file: vssFile, units_file: unitsFile, mapping_file: mappingFile } = settings
  if (vssFile !== undefined && mappingFile === undefined) {
    findings.problem('catalog.vss_file', 'needs catalog.mapping_file as well', { involved: ['catalog.mapping_file'] })
  }
  if (unitsFile !== undefined && vssFile === undefined) {
    findings.problem('catalog.units_file', 'needs catalog.vss_file as well', { involved: ['catalog.vss_file'] })
  }
  const units = unitsFile === undefined ? undefined : loadUnits(unitsFile, findings)
  // Without the units that it needs, a tree would have problems that are none of its own.
  const areUnitsMissing = unitsFile !== undefined && !units
  const tree = vssFile === undefined || areUnitsMissing ? undefined : loadTree(vssFile, units, findings)
  if (mappingFile === undefined) return undefined
  const json = loadFile('catalog.mapping_file', mappingFile, findings)
  if (json === undefined || (vssFile !== undefined && !tree)) return undefined
  const { catalog, problems } = readMapping(json, tree)
  tell('catalog.mapping_file', mappingFile, problems, findings)
  return catalog
}

function loadUnits(file: string, findings: Findings): VssUnits | undefined {
  const json = loadFile('catalog.units_file', file, findings)
  if (json === undefined) return undefined
  const { units, problems } = readUnits(json)
  tell('catalog.units_file', file, problems, findings)
  return problems.length === 0 ? units : undefined
}

function loadTree(file: string, units: VssUnits | undefined, findings: Findings): VssTree | undefined {
  const json = loadFile('catalog.vss_file', file, findings)
  if (json === undefined) return undefined
  const { tree, problems } = readVss(json, units)
  tell('catalog.vss_file', file, problems, findings)
  return problems.length === 0 ? tree : undefined
}

function loadFile(path: string, file: string, findings: Findings): Json | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    findings.problem(path, `${file} cannot be read: ${readFailure(error)}`)
    return undefined
  }
  const isYaml = /\.ya?ml$/i.test(file)
  try {
    return parseJson(isYaml ? yamlToJson(text) : text)
  } catch (error) {
    findings.problem(path, `${file} is no ${isYaml ? 'YAML' : 'JSON'}: ${messageOf(error).split('\n')[0]}`)
    return undefined
  }
}

/** The parser is loaded only by those who need it. */
function yamlToJson(text: string): string {
  const { parse }: typeof import('yaml') = createRequire(import.meta.url)('yaml')
  return JSON.stringify(parse(text, { maxAliasCount: MAX_ALIASES })) ?? 'null'
}

function tell(path: string, file: string, problems: readonly CatalogProblem[], findings: Findings): void {
  for (const { path: at, message } of problems.slice(0, MAX_TOLD)) {
    findings.problem(path, `${file}: ${at === '' ? '' : `${at}: `}${message}`)
  }
  if (problems.length > MAX_TOLD) findings.problem(path, `${file}: and ${problems.length - MAX_TOLD} more problems`)
}
