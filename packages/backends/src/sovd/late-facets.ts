import type { CallContext } from '@opensovd/core'
import type { AllFacets } from './dialect.ts'

/** Facets that find out how to do what they are asked for when they are asked. */
export function lateFacets(find: (context: CallContext) => Promise<AllFacets>): AllFacets {
  return {
    data: {
      list: async (context) => (await find(context)).data.list(context),
      read: async (id, context) => (await find(context)).data.read(id, context),
      write: async (id, value, context) => (await find(context)).data.write(id, value, context),
      readMany: async (ids, context) => (await find(context)).data.readMany(ids, context),
      writeMany: async (values, context) => (await find(context)).data.writeMany(values, context),
    },
    faults: {
      list: async (context) => (await find(context)).faults.list(context),
      read: async (id, context) => (await find(context)).faults.read(id, context),
      clearAll: async (context) => (await find(context)).faults.clearAll(context),
      clear: async (id, context) => (await find(context)).faults.clear(id, context),
    },
    operations: {
      list: async (context) => (await find(context)).operations.list(context),
      start: async (id, parameters, context) => (await find(context)).operations.start(id, parameters, context),
      state: async (id, executionId, context) => (await find(context)).operations.state(id, executionId, context),
      stop: async (id, executionId, context) => (await find(context)).operations.stop(id, executionId, context),
    },
    modes: {
      list: async (context) => (await find(context)).modes.list(context),
      set: async (groupId, value, context) => (await find(context)).modes.set(groupId, value, context),
    },
    configurations: {
      readAll: async (context) => (await find(context)).configurations.readAll(context),
      write: async (name, value, context) => (await find(context)).configurations.write(name, value, context),
    },
    logs: {
      entries: async (query, context) => (await find(context)).logs.entries(query, context),
    },
  }
}
