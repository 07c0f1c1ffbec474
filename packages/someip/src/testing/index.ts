export { SimulatedHosts, type SimulatedHostsOptions } from '../endpoint/testing/simulated-hosts.ts'
export {
  type SentDatagram,
  type SimulatedAddress,
  type SimulatedDatagram,
  SimulatedNetwork,
  type SimulatedNetworkOptions,
  SimulatedSocket,
} from './simulated-network.ts'
