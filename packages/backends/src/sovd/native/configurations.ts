import { isJsonObject } from '@opensovd/base'
import type { ApiClient } from '../api-client.ts'
import type { AllFacets } from '../dialect.ts'
import { objectOf, ShapeError } from '../shape.ts'

/** Configuration of the component at `path`: one document for all parameters. */
export function nativeConfigurations(api: ApiClient, path: string): AllFacets['configurations'] {
  const document = `${path}/configurations`
  return {
    readAll: (context) =>
      api.get(document, context, (json) => {
        const { parameters } = objectOf(json)
        if (!isJsonObject(parameters)) throw new ShapeError('parameters is not an object')
        return parameters
      }),
    write: (name, value, context) =>
      api.change({ method: 'PUT', path: document, body: { name, value } }, context, () => {}),
  }
}
