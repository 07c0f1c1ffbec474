import { pick } from '@opensovd/base'
import type { ConfigurationItem } from '@opensovd/core'

export function configurationView(item: ConfigurationItem) {
  return {
    ...pick(item, ['id', 'name', 'type', 'version']),
    ...(item.contentType === undefined ? {} : { content_type: item.contentType }),
    ...pick(item, ['tags']),
  }
}
