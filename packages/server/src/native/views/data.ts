import { pick } from '@opensovd/base'
import type { DataItem, DataOutcome, DataValue } from '@opensovd/core'

export function dataItemView(item: DataItem) {
  return {
    ...pick(item, ['id', 'name', 'description', 'access', 'dataType', 'unit']),
    ...(item.did === undefined ? {} : { 'x-uds-did': item.did }),
    ...pick(item, ['normalRange', 'semanticRef', 'samplingHint', 'classificationTags']),
  }
}

export function dataValueView({ id, value, attributes }: DataValue) {
  return { id, value, ...attributes }
}

export function outcomeView(outcome: DataOutcome) {
  return 'error' in outcome ? pick(outcome, ['id', 'error']) : pick(outcome, ['id', 'value'])
}
