export interface Operation {
  readonly method: string
  readonly path: string
  readonly query: readonly string[]
}

function at(path: string, ...operations: readonly (readonly [method: string, ...query: string[]])[]): Operation[] {
  return operations.map(([method, ...query]) => ({ method, path, query }))
}

const E = '/{entityCollection}/{entityId}'

/** Methods, paths and query parameters of all 94 operations of ISO 17978-3, but that of `docs` on any path. */
export const OPERATIONS: readonly Operation[] = [
  ...at(`${E}/data-categories`, ['GET']),
  ...at(`${E}/data-groups`, ['GET', 'tags']),
  ...at(`${E}/data`, ['GET', 'groups', 'category', 'include-schema', 'tags']),
  ...at(`${E}/data/{dataId}`, ['GET', 'include-schema'], ['PUT']),
  ...at(`${E}/data-lists`, ['GET', 'tags'], ['POST']),
  ...at(`${E}/data-lists/{dataListId}`, ['GET', 'include-schema'], ['DELETE']),
  ...at('/{entityCollection}', ['GET', 'include-schema', 'tags']),
  ...at('/areas/{areaId}/subareas', ['GET', 'include-schema']),
  ...at('/components/{componentId}/subcomponents', ['GET', 'include-schema']),
  ...at('/areas/{areaId}/related-components', ['GET']),
  ...at('/components/{componentId}/related-apps', ['GET']),
  ...at(`${E}`, ['GET']),
  ...at(`${E}/configurations`, ['GET', 'include-schema', 'tags']),
  ...at(`${E}/configurations/{configurationId}`, ['GET', 'include-schema'], ['PUT']),
  ...at(`${E}/operations`, ['GET', 'include-proximity-proof', 'include-schema', 'tags']),
  ...at(`${E}/operations/{operationId}`, ['GET', 'include-schema']),
  ...at(`${E}/operations/{operationId}/executions`, ['GET'], ['POST']),
  ...at(`${E}/operations/{operationId}/executions/{executionId}`, ['GET', 'include-schema'], ['PUT'], ['DELETE']),
  ...at(`${E}/modes`, ['GET', 'include-schema', 'tags']),
  ...at(`${E}/modes/{modeId}`, ['GET', 'include-schema'], ['PUT']),
  ...at(`${E}/logs`, ['GET']),
  ...at(`${E}/logs/entries`, ['GET', 'severity', 'include-schema']),
  ...at(`${E}/logs/config`, ['GET'], ['PUT'], ['DELETE']),
  ...at(`${E}/locks`, ['GET'], ['POST']),
  ...at(`${E}/locks/{lockId}`, ['GET'], ['PUT'], ['DELETE']),
  ...at(`${E}/bulk-data`, ['GET', 'include-schema']),
  ...at(
    `${E}/bulk-data/{category}`,
    ['GET', 'include-schema', 'tags', 'created-before', 'created-after'],
    ['POST'],
    ['DELETE'],
  ),
  ...at(`${E}/bulk-data/{category}/{bulkDataId}`, ['GET'], ['DELETE']),
  ...at('/updates', ['GET', 'target-version', 'origin'], ['POST']),
  ...at('/updates/{updatePackageId}', ['GET', 'include-schema'], ['DELETE']),
  ...at('/updates/{updatePackageId}/automated', ['PUT']),
  ...at('/updates/{updatePackageId}/execute', ['PUT']),
  ...at('/updates/{updatePackageId}/prepare', ['PUT']),
  ...at('/updates/{updatePackageId}/status', ['GET']),
  ...at(`${E}/faults`, ['GET', 'include-schema', 'tags', 'status[key]', 'severity', 'scope'], ['DELETE', 'scope']),
  ...at(`${E}/faults/{faultCode}`, ['GET', 'include-schema'], ['DELETE']),
  ...at(`${E}/communication-logs`, ['GET'], ['POST', 'stream']),
  ...at(`${E}/communication-logs/{communicationLogId}`, ['GET'], ['PUT'], ['DELETE', 'delete_log']),
  ...at(`${E}/scripts`, ['GET', 'include-schema', 'tags'], ['POST']),
  ...at(`${E}/scripts/{scriptId}`, ['GET', 'include-schema'], ['DELETE']),
  ...at(`${E}/scripts/{scriptId}/executions`, ['GET'], ['POST']),
  ...at(`${E}/scripts/{scriptId}/executions/{executionId}`, ['GET', 'include-schema'], ['PUT'], ['DELETE']),
  ...at(`${E}/triggers`, ['GET', 'include-schema'], ['POST', 'include-schema']),
  ...at(`${E}/triggers/{id}`, ['GET', 'include-schema'], ['PUT'], ['DELETE']),
  ...at(`${E}/cyclic-subscriptions`, ['GET'], ['POST', 'include-schema']),
  ...at(`${E}/cyclic-subscriptions/{id}`, ['GET', 'include-schema'], ['PUT'], ['DELETE']),
  ...at(`${E}/clear-data`, ['GET']),
  ...at(`${E}/clear-data/cached-data`, ['PUT']),
  ...at(`${E}/clear-data/learned-data`, ['PUT']),
  ...at(`${E}/clear-data/client-defined-resources`, ['PUT']),
  ...at(`${E}/clear-data/status`, ['GET', 'include-schema']),
  ...at(`${E}/status`, ['GET']),
  ...at(`${E}/status/start`, ['PUT']),
  ...at(`${E}/status/restart`, ['PUT']),
  ...at(`${E}/status/force-restart`, ['PUT']),
  ...at(`${E}/status/shutdown`, ['PUT']),
  ...at(`${E}/status/force-shutdown`, ['PUT']),
  ...at('/authorize', ['POST']),
  ...at('/token', ['POST']),
]
