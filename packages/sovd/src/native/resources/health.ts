import { type Static, Type } from 'typebox'

export const Health = Type.Object(
  {
    status: Type.Enum(['ok', 'degraded']),
    system: Type.Object({
      cpu_count: Type.Integer(),
      cpu_usage_percent: Type.Number(),
      total_memory_bytes: Type.Integer(),
      used_memory_bytes: Type.Integer(),
      available_memory_bytes: Type.Integer(),
      memory_usage_percent: Type.Number(),
      system_name: Type.String(),
      os_version: Type.String(),
      host_name: Type.String(),
      uptime_secs: Type.Integer(),
    }),
  },
  { title: 'Health' },
)

export const Readiness = Type.Object(
  {
    status: Type.Enum(['ready', 'degraded']),
    checks: Type.Object({
      backends: Type.Object({
        status: Type.Enum(['ok', 'warn']),
        components: Type.Integer(),
        backends: Type.Array(
          Type.Object({
            name: Type.String(),
            status: Type.Enum(['untried', 'up', 'down']),
            components: Type.Integer(),
            message: Type.Optional(Type.String()),
          }),
        ),
      }),
    }),
  },
  { title: 'Readiness' },
)

export type Health = Static<typeof Health>
export type Readiness = Static<typeof Readiness>
