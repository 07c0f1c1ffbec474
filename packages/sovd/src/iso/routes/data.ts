import { Type } from 'typebox'
import { BACKEND_READ_ERRORS, BACKEND_WRITE_ERRORS } from '../../native/routes/errors.ts'
import { empty, json, route } from '../../route.ts'
import { INCLUDE_SCHEMA, Repeatable, TAGS } from '../resources/common.ts'
import { DataCategories, DataGroups, DataList, DataValue, DataWrite } from '../resources/data.ts'
import { ENTITY } from './entity.ts'

const tag = 'data'
const category = Type.Optional(Type.Union(Repeatable.anyOf, { description: 'Only these categories.' }))

export const dataRoutes = {
  listDataCategories: route({
    method: 'GET',
    path: `${ENTITY}/data-categories`,
    tag,
    permission: 'data:read',
    summary: 'The categories that the data of an entity are in',
    reply: json(DataCategories),
    errors: BACKEND_READ_ERRORS,
  }),
  listDataGroups: route({
    method: 'GET',
    path: `${ENTITY}/data-groups`,
    tag,
    permission: 'data:read',
    summary: 'The groups that the data of an entity are in',
    query: Type.Object({ category, ...TAGS }),
    reply: json(DataGroups),
    errors: BACKEND_READ_ERRORS,
  }),
  listData: route({
    method: 'GET',
    path: `${ENTITY}/data`,
    tag,
    permission: 'data:read',
    summary: 'The data of an entity, without their values',
    query: Type.Object({
      groups: Type.Optional(Type.Union(Repeatable.anyOf, { description: 'Only these groups, whatever the category.' })),
      category,
      categories: category,
      ...INCLUDE_SCHEMA,
      ...TAGS,
    }),
    reply: json(DataList),
    errors: BACKEND_READ_ERRORS,
  }),
  readData: route({
    method: 'GET',
    path: `${ENTITY}/data/{dataId}`,
    tag,
    permission: 'data:read',
    summary: 'Read a value',
    query: Type.Object(INCLUDE_SCHEMA),
    reply: json(DataValue),
    errors: BACKEND_READ_ERRORS,
  }),
  writeData: route({
    method: 'PUT',
    path: `${ENTITY}/data/{dataId}`,
    tag,
    permission: 'data:write',
    mutates: 'data',
    summary: 'Write a value',
    body: DataWrite,
    reply: empty,
    errors: BACKEND_WRITE_ERRORS,
  }),
} as const
