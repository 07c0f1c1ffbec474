import { instantOf, isJsonObject, type Json, type JsonObject } from '@opensovd/base'
import { FAULT_STAGES, type FaultRecord, REPORTED_SEVERITIES } from '@opensovd/core'
import { ENTITY_ID } from '@opensovd/sovd'

const MAX_SOURCE = 128
const MAX_DESCRIPTION = 1024
/** Characters of the JSON text of environment data. */
const MAX_ENVIRONMENT = 16 * 1024

/** Why a record is not one. */
export interface Unfit {
  readonly reason: string
}

/**
 * Reads a record in the shape of the OpenSOVD fault library, with a `time` (RFC 3339) that may be left out.
 * Members that it does not know are ignored.
 */
export function parseFaultRecord(value: Json | undefined): FaultRecord | Unfit {
  if (!isJsonObject(value))
    return { reason: 'expected an object with component_id, fault_id, source, severity and stage' }
  const { component_id, fault_id, source, severity, stage, description, time } = value
  if (!isId(component_id)) return unfit('component_id', ID, component_id)
  if (!isId(fault_id)) return unfit('fault_id', ID, fault_id)
  if (!isText(source, MAX_SOURCE) || source === '') return unfit('source', `1 to ${MAX_SOURCE} characters`, source)
  if (!isSeverity(severity)) return unfit('severity', SEVERITIES, severity)
  const known = FAULT_STAGES.find((each) => each === stage)
  if (!known) return unfit('stage', STAGES, stage)
  if (description !== undefined && !isText(description, MAX_DESCRIPTION)) {
    return unfit('description', `at most ${MAX_DESCRIPTION} characters`, description)
  }
  const seenAtMs = time === undefined ? undefined : instantOf(typeof time === 'string' ? time : '')
  if (Number.isNaN(seenAtMs)) return unfit('time', 'an RFC 3339 time', time)
  const environment = environmentOf(value)
  if (environment !== undefined && environment.length > MAX_ENVIRONMENT) {
    return {
      reason: `environment_data: expected at most ${MAX_ENVIRONMENT} characters of JSON, got ${environment.length}`,
    }
  }
  return {
    componentId: component_id,
    faultId: fault_id,
    source,
    severity,
    stage: known,
    ...(description === undefined ? {} : { description }),
    ...(environment === undefined ? {} : { environment }),
    ...(seenAtMs === undefined ? {} : { seenAtMs }),
  }
}

const ID = "1 to 128 letters, digits, '_', '.' and '-'"
const SEVERITIES = `one of ${Object.keys(REPORTED_SEVERITIES).join(', ')}`
const STAGES = `one of ${FAULT_STAGES.join(', ')}`

function unfit(member: string, expected: string, value: Json | undefined): Unfit {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return { reason: `${member}: expected ${expected}, got ${text.length > 60 ? `${text.slice(0, 60)}…` : text}` }
}

function isId(value: Json | undefined): value is string {
  return typeof value === 'string' && ENTITY_ID.test(value)
}

function isText(value: Json | undefined, maxLength: number): value is string {
  return typeof value === 'string' && value.length <= maxLength
}

function isSeverity(value: Json | undefined): value is FaultRecord['severity'] {
  return typeof value === 'string' && Object.hasOwn(REPORTED_SEVERITIES, value)
}

function environmentOf({ environment_data: data }: JsonObject): string | undefined {
  return data === undefined || data === null ? undefined : JSON.stringify(data)
}
