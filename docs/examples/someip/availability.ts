import type { Application, ServiceProxy } from '@opensovd/someip'

/** Tells whenever a service of another host comes or goes; asking for it is what makes service discovery look for it. */
export function watchService(application: Application, report: (text: string) => void): ServiceProxy {
  const service = application.requestService({ serviceId: 0x1111, instanceId: 0x2222 })
  report(service.isAvailable ? 'available' : 'not available')
  service.onAvailability((isAvailable) => report(isAvailable ? 'available' : 'not available'))
  return service
}
