export { type DataFacts, dataSchema } from './capability/data-schema.ts'
export {
  type CapabilityDescription,
  createDescriber,
  type DescribedResource,
  type DescriberOptions,
} from './capability/description.ts'
export { type ListedItem, listedItems, SOVD_DIALECT } from './capability/extensions.ts'
export { ByteContent, type ByteContentOptions, type ByteRange, Upload, type UploadOptions } from './content.ts'
export {
  errorCodeOf,
  SOVD_ERRORS,
  SovdError,
  type SovdErrorCode,
  type SovdErrorDetail,
  type SovdErrorOptions,
} from './error.ts'
export { ISO_API, ISO_VERSION, type IsoApi } from './iso/api.ts'
export { bodySchema } from './iso/body-schema.ts'
export { genericError, ISO_ERRORS, isoErrorAnswer } from './iso/errors.ts'
export { AccessToken, type OAuthErrorCode, TokenError } from './iso/resources/auth.ts'
export { DataError, GenericError } from './iso/resources/error.ts'
export { EventEnvelope } from './iso/resources/event-envelope.ts'
export type { LogLevel as IsoLogLevel } from './iso/resources/logs.ts'
export type { TriggerCondition as TriggerConditionBody, TriggerLogSettings } from './iso/resources/trigger.ts'
export { TOKEN_PERMISSION } from './iso/routes/auth.ts'
export { CapabilityDocument, docsName, docsRoutes } from './iso/routes/docs.ts'
export { type Finding, LINT_RULES, lint } from './lint/lint.ts'
export type { Rule } from './lint/rule.ts'
export { ENTITY_ID, NATIVE_API, type NativeApi, SOVD_VERSION } from './native/api.ts'
export { metadataDocument } from './native/metadata.ts'
export { PLANNED_NATIVE_OPERATIONS, type PlannedOperation } from './native/planned.ts'
export type { App } from './native/resources/apps.ts'
export type { Area } from './native/resources/areas.ts'
export { AUDIT_ACTIONS, AUDIT_OUTCOMES } from './native/resources/audit.ts'
export { BRIDGE_MODES, type BridgeMode } from './native/resources/bridge.ts'
export type { Configuration } from './native/resources/configuration.ts'
export type { BulkOutcome, DataItem, DataValue } from './native/resources/data.ts'
export type { Capabilities, Component, Group } from './native/resources/discovery.ts'
export { DataChangeEvent, FaultChange, FaultSnapshotEvent, KeepaliveEvent } from './native/resources/events.ts'
export type { Fault } from './native/resources/fault.ts'
export type { Func } from './native/resources/functions.ts'
export type { Health, Readiness } from './native/resources/health.ts'
export type { GroupLock, Lock, VehicleLock } from './native/resources/lock.ts'
export type { LogLevel as NativeLogLevel } from './native/resources/logs.ts'
export type { Mode } from './native/resources/mode.ts'
export type { Execution, Operation } from './native/resources/operation.ts'
export type { PackageStatus, SoftwarePackage } from './native/resources/software-package.ts'
export { type CollectionEnvelope, collectionEnvelope, type EnvelopeOptions, partialMember } from './odata/envelope.ts'
export { applyODataQuery, type ODataPage } from './odata/page.ts'
export { ODATA_OPTIONS, type ODataQuery, parseODataQuery, type QueryParameters } from './odata/query.ts'
export { type OpenApiOptions, openApiDocument } from './openapi/document.ts'
export type { OpenApiDocument } from './openapi/model.ts'
export { type Restriction, restrictTo } from './openapi/restriction.ts'
export type { SecuritySchemes } from './openapi/security.ts'
export { RESOURCE_COLLECTIONS, type ResourceCollection } from './resource-collection.ts'
export type {
  Call,
  CollectionResult,
  Created,
  EventReader,
  EventSource,
  Handlers,
  Method,
  PartialFailure,
  Reply,
  Result,
  Route,
  RouteTable,
} from './route.ts'
