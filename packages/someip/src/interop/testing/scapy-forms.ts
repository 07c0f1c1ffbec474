import type { DISCOVERY, MESSAGES } from './samples.ts'

/** A packet or a part of one, by scapy's names of classes and fields. */
export type Form = Readonly<Record<string, unknown>>

const common = { srv_id: 0x1234, session_id: 0xa7, proto_ver: 1, iface_ver: 2, retcode: 0 }
const method = { ...common, sub_id: 0x0421, client_id: 0x1343 }
const event = { ...common, sub_id: 0x8778, client_id: 0 }

/** What scapy is to read from the samples. */
export const MESSAGE_FORMS: Record<keyof typeof MESSAGES, Form> = {
  request: { ...method, len: 13, msg_type: 0x00, load: 'cafe0001ff' },
  fireAndForget: { ...method, len: 8, msg_type: 0x01, load: '' },
  response: { ...method, len: 9, msg_type: 0x80, load: '2a' },
  error: { ...method, len: 8, msg_type: 0x81, retcode: 3, load: '' },
  notification: { ...event, len: 9, msg_type: 0x02, load: '17' },
}

/** The segments of the large sample, but for their data. */
export const SEGMENT_FORMS: readonly Form[] = [
  { ...event, msg_type: 0x22, len: 1404, offset: 0, res: 0, more_seg: 1 },
  { ...event, msg_type: 0x22, len: 1404, offset: 1392, res: 0, more_seg: 1 },
  { ...event, msg_type: 0x22, len: 228, offset: 2784, res: 0, more_seg: 0 },
]

const udp = { len: 9, res_hdr: 0, addr: '10.77.0.1', res_tail: 0, l4_proto: 0x11, port: 30_509 }
const udp6 = { ...udp, len: 21, addr: '2001:db8::1', port: 30_511 }
const UDP4 = { class: 'SDOption_IP4_EndPoint', type: 0x04, ...udp }
const TCP4 = { ...UDP4, l4_proto: 0x06, port: 30_510 }
const UDP6 = { class: 'SDOption_IP6_EndPoint', type: 0x06, ...udp6 }
const TCP6 = { ...UDP6, l4_proto: 0x06, addr: 'fe80::2', port: 30_512 }
const MULTICAST4 = { ...udp, class: 'SDOption_IP4_Multicast', type: 0x14, addr: '224.244.224.245', port: 30_490 }
const MULTICAST6 = { ...udp6, class: 'SDOption_IP6_Multicast', type: 0x16, addr: 'ff14::4:245', port: 30_490 }
const SD4 = { ...udp, class: 'SDOption_IP4_SD_EndPoint', type: 0x24, port: 30_490 }
const SD6 = { ...udp6, class: 'SDOption_IP6_SD_EndPoint', type: 0x26, port: 30_490 }
const WEIGHT = { class: 'SDOption_LoadBalance', len: 5, type: 0x02, res_hdr: 0, priority: 0x0102, weight: 0x0304 }
const CONFIGURATION = {
  class: 'SDOption_Config',
  len: 19,
  type: 0x01,
  res_hdr: 0,
  cfg_str: Buffer.from('\x0bhello=world\x04flag\x00').toString('hex'),
}

const none = { index_1: 0, index_2: 0, n_opt_1: 0, n_opt_2: 0 }
const one = { ...none, n_opt_1: 1 }
const two = { ...none, n_opt_1: 2 }
const service = { srv_id: 0x1234, inst_id: 0x5678, major_ver: 2, ttl: 5 }
const offer = { class: 'SDEntry_Service', type: 0x01, ...two, ...service, minor_ver: 0x10203 }
const find = { ...offer, ...none, type: 0x00, inst_id: 0xffff, major_ver: 0xff, minor_ver: 0xffff_ffff, ttl: 0xff_ffff }
const subscribe = { class: 'SDEntry_EventGroup', type: 0x06, ...one, ...service, res: 0, cnt: 0, eventgroup_id: 0x4465 }
const acknowledge = { ...subscribe, type: 0x07 }
/** In the 12 bits between the TTL and the counter. */
const INITIAL_DATA_REQUESTED = 0x008

/** What scapy is to read from the samples of service discovery. */
export const DISCOVERY_FORMS: Record<keyof typeof DISCOVERY, Form> = {
  find: sd(36, [find], []),
  offer: sd(60, [offer], [UDP4, TCP4]),
  stopOffer: sd(60, [{ ...offer, ttl: 0 }], [UDP4, TCP4]),
  offerWithHints: sd(66, [offer], [CONFIGURATION, WEIGHT]),
  ipv6: sd(84, [offer], [UDP6, TCP6]),
  sharedOptions: sd(
    84,
    [offer, { ...offer, inst_id: 0x5679, index_1: 2, n_opt_1: 1, index_2: 1, n_opt_2: 1 }],
    [UDP4, WEIGHT, TCP4],
  ),
  subscribe: sd(48, [{ ...subscribe, res: INITIAL_DATA_REQUESTED, cnt: 3 }], [UDP4]),
  stopSubscribe: sd(48, [{ ...subscribe, ttl: 0 }], [UDP4]),
  acknowledge: sd(88, [acknowledge, { ...acknowledge, index_1: 1, cnt: 15 }], [MULTICAST4, MULTICAST6]),
  refusal: sd(36, [{ ...acknowledge, ...none, ttl: 0 }], []),
  sdEndpoint: sd(60, [offer], [SD4, UDP4]),
  sdEndpoint6: sd(84, [offer], [SD6, UDP6]),
}

function sd(len: number, entries: readonly Form[], options: readonly (Form & { readonly len: number })[]): Form {
  const LENGTH_AND_TYPE = 3
  const optionBytes = options.reduce((bytes, option) => bytes + LENGTH_AND_TYPE + option.len, 0)
  return {
    srv_id: 0xffff,
    sub_id: 0x8100,
    len,
    client_id: 0,
    session_id: 0x0102,
    proto_ver: 1,
    iface_ver: 1,
    msg_type: 0x02,
    retcode: 0,
    sd: {
      class: 'SD',
      flags: 0xc0,
      res: 0,
      len_entry_array: 16 * entries.length,
      entry_array: entries,
      len_option_array: optionBytes,
      option_array: options,
    },
  }
}
