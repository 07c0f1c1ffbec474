import type { Json } from '@opensovd/base'
import type { Trigger, TriggerCondition, TriggerLog } from '@opensovd/core'
import { genericError, type TriggerConditionBody, type TriggerLogSettings } from '@opensovd/sovd'
import type { RequestContext } from '../../contract.ts'
import { pathOf, type UriOf } from '../uris.ts'

export function triggerView(trigger: Trigger, uriOf: UriOf, context: RequestContext) {
  const { id, entity, resource, status, path, condition, multishot, persistent, log, expires, lastError } = trigger
  return {
    id,
    observed_resource: context.origin + resource,
    event_source: uriOf(context, ...pathOf(entity), 'triggers', id, 'events'),
    status,
    protocol: 'sse' as const,
    path,
    trigger_condition: conditionView(condition),
    ...(log === undefined ? {} : { log_settings: logView(log) }),
    multishot,
    persistent,
    expires,
    ...(lastError === undefined ? {} : { last_error: genericError(lastError) }),
  }
}

export function conditionOf(body: TriggerConditionBody): TriggerCondition {
  switch (body.condition_type) {
    case 'OnChange':
      return { type: body.condition_type }
    case 'OnChangeTo':
      // Bodies are parsed as JSON.
      return { type: body.condition_type, value: body.value as Json }
    default:
      return { type: body.condition_type, lowerBound: body.lower_bound, upperBound: body.upper_bound }
  }
}

export function logOf(body: TriggerLogSettings): TriggerLog {
  const { log_severity, log_resource = false, log_trigger_condition = false, log_marker_text } = body
  return {
    severity: log_severity,
    withResource: log_resource,
    withCondition: log_trigger_condition,
    ...(log_marker_text === undefined ? {} : { markerText: log_marker_text }),
  }
}

function conditionView(condition: TriggerCondition): TriggerConditionBody {
  switch (condition.type) {
    case 'OnChange':
      return { condition_type: condition.type }
    case 'OnChangeTo':
      return { condition_type: condition.type, value: condition.value }
    default:
      return {
        condition_type: condition.type,
        lower_bound: condition.lowerBound,
        upper_bound: condition.upperBound,
      }
  }
}

function logView({ severity, withResource, withCondition, markerText }: TriggerLog): TriggerLogSettings {
  return {
    log_severity: severity,
    log_resource: withResource,
    log_trigger_condition: withCondition,
    ...(markerText === undefined ? {} : { log_marker_text: markerText }),
  }
}
