export {
  loadUnixDatagrams,
  type OpenUnixDatagramSocket,
  type UnixDatagramHandler,
  type UnixDatagramOptions,
} from './unix-datagram-socket.ts'
