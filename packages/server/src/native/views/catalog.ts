import { pick } from '@opensovd/base'
import type { DataItem, Entity } from '@opensovd/core'

export function catalogView({ id, name }: Entity, items: readonly DataItem[]) {
  return {
    componentId: id,
    componentName: name,
    dataItems: items.map((item) =>
      pick(item, [
        'id',
        'name',
        'dataType',
        'access',
        'unit',
        'semanticRef',
        'normalRange',
        'samplingHint',
        'classificationTags',
      ]),
    ),
  }
}
