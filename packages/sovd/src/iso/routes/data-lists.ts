import { Type } from 'typebox'
import { BACKEND_READ_ERRORS } from '../../native/routes/errors.ts'
import { created, empty, json, route } from '../../route.ts'
import { INCLUDE_SCHEMA, TAGS } from '../resources/common.ts'
import { DataListCreated, DataListList, DataListRequest, DataListValues } from '../resources/data-list.ts'
import { ENTITY } from './entity.ts'

const tag = 'data'
const lists = `${ENTITY}/data-lists` as const
const list = `${lists}/{dataListId}` as const

export const dataListRoutes = {
  listDataLists: route({
    method: 'GET',
    path: lists,
    tag,
    permission: 'data:read',
    summary: 'The lists of data that clients made',
    query: Type.Object(TAGS),
    reply: json(DataListList),
    errors: BACKEND_READ_ERRORS,
  }),
  createDataList: route({
    method: 'POST',
    path: lists,
    tag,
    permission: 'data:write',
    mutates: 'data-lists',
    summary: 'Make a list of data to read together; one that nobody reads is forgotten',
    body: DataListRequest,
    reply: created(DataListCreated, 201),
    errors: [...BACKEND_READ_ERRORS, 'unavailable'],
  }),
  readDataList: route({
    method: 'GET',
    path: list,
    tag,
    permission: 'data:read',
    summary: 'The values of a list of data',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(DataListValues),
    errors: BACKEND_READ_ERRORS,
  }),
  deleteDataList: route({
    method: 'DELETE',
    path: list,
    tag,
    permission: 'data:write',
    mutates: 'data-lists',
    summary: 'Forget a list of data',
    reply: empty,
    errors: ['not-found', 'conflict'],
  }),
} as const
