import { json, route } from '../../route.ts'
import { Health, Readiness } from '../resources/health.ts'

const tag = 'observe'
const permission = 'observe:read'

export const observeRoutes = {
  getHealth: route({
    method: 'GET',
    path: '/health',
    tag,
    permission,
    summary: 'The machine this server runs on',
    reply: json(Health),
  }),
  getLiveness: route({
    method: 'GET',
    path: '/healthz',
    mount: 'root',
    tag,
    permission,
    summary: 'Answers as long as the process serves requests',
    reply: { kind: 'empty', status: 200 },
  }),
  getReadiness: route({
    method: 'GET',
    path: '/readyz',
    mount: 'root',
    tag,
    permission,
    summary: 'Ready once every backend was tried',
    reply: json(Readiness),
    errors: ['unavailable'],
  }),
  getMetrics: route({
    method: 'GET',
    path: '/metrics',
    mount: 'root',
    tag,
    permission,
    summary: 'Metrics in the Prometheus text format',
    reply: { kind: 'text', contentType: 'text/plain; version=0.0.4; charset=utf-8' },
    errors: ['not-found'],
  }),
} as const
