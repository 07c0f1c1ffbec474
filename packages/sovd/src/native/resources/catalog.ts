import { Type } from 'typebox'
import { Id, PartialFailureBody, Timestamp } from './common.ts'
import { DataItem } from './data.ts'

const { id, name, dataType, access, unit, semanticRef, normalRange, samplingHint, classificationTags } =
  DataItem.properties

const CatalogItem = Type.Object(
  { id, name, dataType, access, unit, semanticRef, normalRange, samplingHint, classificationTags },
  { title: 'CatalogItem' },
)

export const DataCatalog = Type.Object(
  {
    '@odata.context': Type.Literal('$metadata#schema/data-catalog'),
    schemaVersion: Type.String({ description: 'of the mapping of data to meanings' }),
    ontologyRef: Type.String({ description: 'what semanticRef refers to, unless it begins with x-' }),
    serverVersion: Type.String(),
    generatedAt: Timestamp,
    components: Type.Array(
      Type.Object({ componentId: Id, componentName: Type.String(), dataItems: Type.Array(CatalogItem) }),
    ),
    '@sovd.partial': Type.Optional(Type.Array(PartialFailureBody, { minItems: 1 })),
  },
  { title: 'DataCatalog' },
)
