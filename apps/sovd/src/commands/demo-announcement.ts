/** Says where the gateway is, and what to try with the demo ECU. */
export function announcement(gateway: string, ecu: string): string {
  return `ready: gateway at ${gateway}, demo ECU at ${ecu}/sovd/v1
try:
  curl ${gateway}/components
  curl ${gateway}/components/bms/data
  curl ${gateway}/components/bms/faults
  curl -i -X POST ${gateway}/components/bms/operations/self-test
  curl -X PUT -H 'content-type: application/json' -d '{"value":23.0}' ${gateway}/components/climate/data/target-temp
  curl ${gateway}/components/climate/data/target-temp`
}

/** Says where the simulated ECUs are, and what to try with them. */
export function ecuAnnouncement(gateway: string, address: string): string {
  return `DoIP entity with simulated ECUs at ${address}
try:
  curl ${gateway}/components/engine/data/vin
  curl ${gateway}/components/engine/faults
  curl -X POST -H 'content-type: application/json' -d '{"mode":"extended"}' ${gateway}/components/engine/modes
  curl ${gateway}/x-uds/diag/keepalive`
}
