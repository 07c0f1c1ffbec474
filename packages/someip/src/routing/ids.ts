/** An id for a message, as the standard writes it. */
export function hex4(id: number): string {
  return id.toString(16).padStart(4, '0')
}

/** `1234.5678` */
export function formatInstance(serviceId: number, instanceId: number): string {
  return `${hex4(serviceId)}.${hex4(instanceId)}`
}

/** `1234.5678.0421` */
export function formatMethod(serviceId: number, instanceId: number, methodId: number): string {
  return `${formatInstance(serviceId, instanceId)}.${hex4(methodId)}`
}

/** Service and method or event as one integer: the Message ID [PRS_SOMEIP_00245]. */
export function messageIdOf(serviceId: number, methodId: number): number {
  return serviceId * 0x1_0000 + methodId
}
