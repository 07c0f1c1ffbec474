import { Buffer } from 'node:buffer'
import type { FaultPolicy, FaultRule } from '@opensovd/core'
import { ENTITY_ID } from '@opensovd/sovd'
import type { FaultsConfig } from './config.ts'
import type { Findings } from './findings.ts'
import type { Settings } from './settings/settings.ts'

type FaultSettings = Settings['faults']
type RuleSettings = FaultSettings['rules'][number]

/** One id, or the beginning of several. */
const FAULT_PATTERN = /^([A-Za-z0-9_.-]{1,128}|[A-Za-z0-9_.-]{0,127}\*)$/
/** What a socket address can hold on Linux. */
const MAX_PATH_BYTES = 107

/** Judges what concerns the faults that programs report. */
export function readFaults(settings: FaultSettings, findings: Findings): FaultsConfig {
  const { intake_socket: path } = settings
  if (path !== undefined && Buffer.byteLength(path) > MAX_PATH_BYTES) {
    findings.problem('faults.intake_socket', `must not be longer than ${MAX_PATH_BYTES} bytes`)
  }
  for (const [index, id] of settings.components.entries()) checkId(`faults.components[${index}]`, id, findings)
  return {
    ...(path === undefined ? {} : { intake: { path, mode: Number.parseInt(settings.intake_mode, 8) } }),
    components: settings.components,
    maxReportsPerSecond: settings.max_reports_per_sec,
    maxFaults: settings.max_faults,
    maxFaultsPerComponent: settings.max_faults_per_component,
    rules: settings.rules.map((rule, index) => readRule(rule, `faults.rules[${index}]`, findings)),
  }
}

function readRule(rule: RuleSettings, path: string, findings: Findings): FaultRule {
  const { fault_id: faultId, component_id: componentId } = rule
  if (faultId === '') findings.problem(`${path}.fault_id`, 'is required')
  else if (!FAULT_PATTERN.test(faultId)) {
    findings.problem(
      `${path}.fault_id`,
      `expected an id, or the beginning of some and *, got ${JSON.stringify(faultId)}`,
    )
  }
  if (componentId !== undefined) checkId(`${path}.component_id`, componentId, findings)
  if (rule.failures > 1 && rule.hold_secs > 0) {
    findings.problem(`${path}.hold_secs`, 'makes no sense together with failures', { involved: [`${path}.failures`] })
  }
  if (rule.failures > 1 && rule.window_secs === 0) findings.problem(`${path}.window_secs`, 'must be above 0')
  return { faultId, ...(componentId === undefined ? {} : { componentId }), policy: policyOf(rule) }
}

function policyOf(rule: RuleSettings): FaultPolicy {
  return {
    debounce: debounceOf(rule),
    repeatMs: rule.repeat_secs * 1000,
    passes: rule.passes,
    cycle: rule.cycle,
    ...(rule.aging_cycles === 0 ? {} : { agingCycles: rule.aging_cycles }),
    ...(rule.aging_secs === 0 ? {} : { agingMs: rule.aging_secs * 1000 }),
  }
}

function debounceOf({ failures, window_secs, hold_secs }: RuleSettings): FaultPolicy['debounce'] {
  if (failures > 1) return { kind: 'count', failures, windowMs: window_secs * 1000 }
  return hold_secs > 0 ? { kind: 'hold', holdMs: hold_secs * 1000 } : { kind: 'none' }
}

function checkId(path: string, id: string, findings: Findings): void {
  if (ENTITY_ID.test(id)) return
  findings.problem(path, `expected the id of a component, got ${JSON.stringify(id)}`)
}
