import { Type } from 'typebox'
import { BACKEND_READ_ERRORS, BACKEND_WRITE_ERRORS } from '../../native/routes/errors.ts'
import { bytes, created, empty, json, route } from '../../route.ts'
import { BulkDataCategoryList, BulkDataCreated, BulkDataDeleted, BulkDataList } from '../resources/bulk-data.ts'
import { INCLUDE_SCHEMA, TAGS } from '../resources/common.ts'
import { ENTITY } from './entity.ts'

const tag = 'bulk-data'
const category = `${ENTITY}/bulk-data/{category}` as const
const file = `${category}/{bulkDataId}` as const

export const bulkDataRoutes = {
  listBulkDataCategories: route({
    method: 'GET',
    path: `${ENTITY}/bulk-data`,
    tag,
    permission: 'files:read',
    summary: 'The categories of files that an entity has',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(BulkDataCategoryList),
    errors: BACKEND_READ_ERRORS,
  }),
  listBulkData: route({
    method: 'GET',
    path: category,
    tag,
    permission: 'files:read',
    summary: 'The files of a category',
    query: Type.Object({
      ...INCLUDE_SCHEMA,
      ...TAGS,
      'created-before': Type.Optional(Type.String({ description: 'Only files made before this RFC 3339 time.' })),
      'created-after': Type.Optional(Type.String({ description: 'Only files made after this RFC 3339 time.' })),
    }),
    reply: json(BulkDataList),
    errors: BACKEND_READ_ERRORS,
  }),
  uploadBulkData: route({
    method: 'POST',
    path: category,
    tag,
    permission: 'files:write',
    mutates: 'bulk-data',
    summary: 'Add a file: the body is the file, or multipart/form-data with it',
    upload: 'all',
    reply: created(BulkDataCreated, 201),
    errors: [...BACKEND_WRITE_ERRORS, 'content-too-large', 'unsupported-media-type', 'unprocessable-content'],
  }),
  deleteAllBulkData: route({
    method: 'DELETE',
    path: category,
    tag,
    permission: 'files:write',
    mutates: 'bulk-data',
    summary: 'Delete the files of a category',
    reply: json(BulkDataDeleted),
    errors: BACKEND_WRITE_ERRORS,
  }),
  readBulkData: route({
    method: 'GET',
    path: file,
    tag,
    permission: 'files:read',
    summary: 'A file, or a part of it',
    reply: bytes(),
    errors: [...BACKEND_READ_ERRORS, 'not-acceptable', 'range-not-satisfiable'],
  }),
  deleteBulkData: route({
    method: 'DELETE',
    path: file,
    tag,
    permission: 'files:write',
    mutates: 'bulk-data',
    summary: 'Delete a file',
    reply: empty,
    errors: BACKEND_WRITE_ERRORS,
  }),
} as const
