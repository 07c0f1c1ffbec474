/**
 * What a row is to a tenant of its own namespace that asks for what another made.
 * - `another's`: it names something that clients make: there is no such thing.
 * - `list`: it lists what clients make: the other's is not among it.
 * - `all of them`: it changes all that its tenant has there, and nothing of another.
 * - `new`: it makes something.
 * - `lock`: it is about a lock, of which there is one for all.
 * - `trail`: what clients of the tenant did.
 * - `vehicle`: the vehicle is shared.
 * - `refused`: it is for who is not kept apart.
 * - `anybody`: it needs no tenant.
 */
export type NamespaceRow =
  | "another's"
  | 'list'
  | 'all of them'
  | 'new'
  | 'lock'
  | 'trail'
  | 'vehicle'
  | 'refused'
  | 'anybody'

const NAMES: Readonly<Record<NamespaceRow, { readonly native: string; readonly iso: string }>> = {
  "another's": {
    native:
      'readExecution cancelExecution readAppExecution cancelAppExecution readFunctionExecution cancelFunctionExecution readChallenge readAppChallenge readFunctionChallenge',
    iso: `readExecution controlExecution removeExecution readBulkData deleteBulkData readDataList deleteDataList
      readCommunicationLog controlCommunicationLog deleteCommunicationLog downloadCommunicationLog streamCommunicationLog
      readSubscription updateSubscription deleteSubscription readSubscriptionEvents readTrigger updateTrigger deleteTrigger
      readTriggerEvents readScript deleteScript listScriptExecutions startScript readScriptExecution controlScriptExecution
      removeScriptExecution`,
  },
  list: {
    native:
      'listOperations listExecutions listAppOperations listAppExecutions listFunctionOperations listFunctionExecutions listLogs',
    iso: `listExecutions listBulkData listDataLists listCommunicationLogs listSubscriptions listTriggers listScripts readClearDataStatus
      listLogEntries`,
  },
  'all of them': { native: '', iso: 'deleteAllBulkData clearClientDefinedResources' },
  new: {
    native:
      'startOperation startAppOperation startFunctionOperation challengeProximity challengeAppProximity challengeFunctionProximity flashEcu',
    iso: 'startExecution uploadBulkData createDataList createCommunicationLog createSubscription createTrigger uploadScript',
  },
  lock: {
    native: `readComponentLock acquireComponentLock renewComponentLock releaseComponentLock readGroupLock acquireGroupLock
      renewGroupLock releaseGroupLock readVehicleLock acquireVehicleLock renewVehicleLock releaseVehicleLock`,
    iso: 'listLocks acquireLock readLock renewLock releaseLock',
  },
  trail: { native: 'listAudit exportAudit', iso: '' },
  vehicle: {
    native: `getServerInfo listComponents getComponent getCapabilities listGroups getGroup listGroupComponents getMetadata
      getOpenApi getDocs getComponentDocs getDataDocs getFaultDocs getOperationDocs getModeDocs getConfigurationDocs getLogDocs
      listData readData writeData patchData bulkReadData bulkWriteData listFaults readFault clearFaults clearFault reportFaults
      beginOperationCycle listApps getApp getAppCapabilities listAppData readAppData writeAppData listAppFaults readAppFault
      clearAppFaults clearAppFault listFunctions getFunction getFunctionCapabilities listFunctionData readFunctionData
      writeFunctionData listFunctionFaults readFunctionFault clearFunctionFaults clearFunctionFault listAreas getArea readMode
      changeMode activateMode readConfigurations writeConfiguration snapshotComponent exportFaults getDataCatalog
      subscribeFaults subscribeData subscribeAppFaults subscribeAppData subscribeFunctionFaults subscribeFunctionData listSoftwarePackages installSoftwarePackage readSoftwarePackageStatus
      activateSoftwarePackage rollBackSoftwarePackage connectEcu disconnectEcu controlIo controlCommunication
      controlDtcSetting readMemory writeMemory listSecurityLevels accessSecurity sendRawMessage readKeepalive`,
    iso: `getServer listEntities getEntity listSubareas listContained listSubcomponents listHosted listComponentDependencies
      listAppDependencies listDataCategories listDataGroups listData readData writeData listFaults readFault clearFaults
      clearFault listOperations readOperation listModes readMode changeMode listConfigurations readConfiguration
      writeConfiguration listBulkDataCategories listUpdates registerUpdate readUpdate removeUpdate automateUpdate
      prepareUpdate executeUpdate readUpdateStatus readClearData clearCachedData clearLearnedData readStatus startEntity
      restartEntity forceRestartEntity shutDownEntity forceShutDownEntity getLogs readLogConfiguration
      writeLogConfiguration resetLogConfiguration`,
  },
  refused: {
    native: `listFeatures readFeature switchFeature getMetrics readBridgeStatus listBridgeSessions readBridgeSession
      forwardToVehicle pingVehicle endBridgeSession`,
    iso: '',
  },
  anybody: { native: 'getVersionInfo getHealth getLiveness getReadiness', iso: 'getVersionInfo authorize issueToken' },
}

/** What a row of a contract is; nothing where nobody has said it yet. */
export function namespaceRow(contract: 'native' | 'iso', name: string): NamespaceRow | undefined {
  return (Object.keys(NAMES) as NamespaceRow[]).find((kind) => NAMES[kind][contract].split(/\s+/).includes(name))
}
