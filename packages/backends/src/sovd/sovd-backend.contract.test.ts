import { type BackendUnderContract, backendContract } from '@opensovd/core/testing'
import type { HttpDouble } from './testing/http-double.ts'
import { ISO_PREFIX, openIsoDouble } from './testing/iso-double.ts'
import { NATIVE_PREFIX, openNativeDouble } from './testing/native-double.ts'
import { testBackend } from './testing/open-backend.ts'

async function native(server: Promise<HttpDouble>): Promise<BackendUnderContract> {
  const double = await server
  const backend = testBackend({ baseUrl: double.url, apiPrefix: NATIVE_PREFIX })
  return { backend, [Symbol.asyncDispose]: () => double.stop() }
}

backendContract('a native SOVD server', () => native(openNativeDouble()))

backendContract('a native SOVD server without bulk access and single faults', () =>
  native(openNativeDouble({ bulk: true, singleFault: true })),
)

backendContract('an ISO SOVD server', async () => {
  const double = await openIsoDouble()
  const backend = testBackend({ baseUrl: double.url, apiPrefix: ISO_PREFIX })
  return { backend, noGroups: 'the standard has no groups', [Symbol.asyncDispose]: () => double.stop() }
})
