import type { DISCOVERY, MESSAGES } from './samples.ts'

/** Every value that tshark shows of a field in one packet, by its name for the field; absent without values. */
export type Fields = Readonly<Record<string, readonly string[]>>

/** Shown of packets in which tshark finds a flaw. */
export const FLAWS = ['_ws.malformed', '_ws.expert.message']

const common = { sessionid: '0x00a7', protoversion: '0x01', interfaceversion: '0x02', returncode: '0x00' }
const method = { messageid: '0x12340421', clientid: '0x1343', ...common }
const event = { messageid: '0x12348778', clientid: '0x0000', ...common }

/** What tshark is to read from the samples. */
export const MESSAGE_FIELDS: Record<keyof typeof MESSAGES, Fields> = {
  request: someip({ ...method, messagetype: '0x00', length: '13', payload: 'cafe0001ff' }),
  fireAndForget: someip({ ...method, messagetype: '0x01', length: '8' }),
  response: someip({ ...method, messagetype: '0x80', length: '9', payload: '2a' }),
  error: someip({ ...method, messagetype: '0x81', length: '8', returncode: '0x03' }),
  notification: someip({ ...event, messagetype: '0x02', length: '9', payload: '17' }),
}

const segment = { ...event, messagetype: '0x22', 'tp.flags.reserved': '0x00' }
/** The segments of the large sample, but for the payload. */
export const SEGMENT_FIELDS: readonly Fields[] = [
  someip({ ...segment, length: '1404', 'tp.offset': '0', 'tp.flags.more_segments': '1' }),
  someip({ ...segment, length: '1404', 'tp.offset': '1392', 'tp.flags.more_segments': '1' }),
  someip({
    ...segment,
    length: '228',
    'tp.offset': '2784',
    'tp.flags.more_segments': '0',
    'tp.fragment.count': '3',
    'tp.reassembled.length': '3000',
  }),
]

type Values = Readonly<Record<string, string | readonly string[]>>

const ids = { serviceid: '0x1234', instanceid: '0x5678', majorver: '2', ttl: '5' }
const runs = { index1: '0x00', index2: '0x00', numopt1: '0x00', numopt2: '0x00' }
const one = { ...runs, numopt1: '0x01' }
const two = { ...runs, numopt1: '0x02' }
const service = { type: '0x01', ...ids, ...two, minorver: '66051' }
const offer = { ...service, offerservice: '0x0000123456780000' }
const eventgroup = { ...ids, ...one, eventgroupid: '0x4465', reserved: '0x00', reserved2: '0x00' }
const plain = { counter: '0x00', initialevents: '0' }
const GROUP = '0x0000123456784465'

const v4 = { length: ['9', '9'], ipv4address: ['10.77.0.1', '10.77.0.1'], proto: ['17', '6'] }
const offered = { ...v4, type: ['4', '4'], port: ['30509', '30510'] }
const receiver = { type: '4', length: '9', ipv4address: '10.77.0.1', port: '30509', proto: '17' }
const WEIGHT = { priority: '258', weight: '772' }

/** What tshark is to read from the samples of service discovery. */
export const DISCOVERY_FIELDS: Record<keyof typeof DISCOVERY, Fields> = {
  find: sd(36, {
    type: '0x00',
    serviceid: '0x1234',
    instanceid: '0xffff',
    majorver: '255',
    minorver: '4294967295',
    ...runs,
    ttl: '16777215',
    findservice: '0x00001234ffff0000',
  }),
  offer: sd(60, offer, offered),
  stopOffer: sd(60, { ...service, ttl: '0', stopofferservice: '0x0000123456780000' }, offered),
  offerWithHints: sd(66, offer, {
    type: ['1', '2'],
    length: ['19', '5'],
    config_string_element: ['hello=world', 'flag'],
    ...WEIGHT,
  }),
  ipv6: sd(84, offer, {
    type: ['6', '6'],
    length: ['21', '21'],
    ipv6address: ['2001:db8::1', 'fe80::2'],
    port: ['30511', '30512'],
    proto: ['17', '6'],
  }),
  sharedOptions: sd(
    84,
    {
      ...both(service),
      index1: ['0x00', '0x02'],
      numopt1: ['0x02', '0x01'],
      index2: ['0x00', '0x01'],
      numopt2: ['0x00', '0x01'],
      instanceid: ['0x5678', '0x5679'],
      offerservice: ['0x0000123456780000', '0x0000123456790000'],
    },
    { ...offered, type: ['4', '2', '4'], length: ['9', '5', '9'], ...WEIGHT },
  ),
  subscribe: sd(
    48,
    { type: '0x06', ...eventgroup, counter: '0x03', initialevents: '1', subscribeeventgroup: GROUP },
    receiver,
  ),
  stopSubscribe: sd(48, { type: '0x06', ...eventgroup, ...plain, ttl: '0', stopsubscribeeventgroup: GROUP }, receiver),
  acknowledge: sd(
    88,
    {
      ...both({ type: '0x07', ...eventgroup, ...plain, subscribeeventgroupack: GROUP }),
      index1: ['0x00', '0x01'],
      counter: ['0x00', '0x0f'],
    },
    {
      type: ['20', '22'],
      length: ['9', '21'],
      ipv4address: '224.244.224.245',
      ipv6address: 'ff14::4:245',
      port: ['30490', '30490'],
      proto: ['17', '17'],
    },
  ),
  refusal: sd(36, { type: '0x07', ...eventgroup, ...runs, ...plain, ttl: '0', subscribeeventgroupnack: GROUP }),
  sdEndpoint: sd(60, offer, { ...v4, type: ['36', '4'], port: ['30490', '30509'], proto: ['17', '17'] }),
  sdEndpoint6: sd(84, offer, {
    type: ['38', '6'],
    length: ['21', '21'],
    ipv6address: ['2001:db8::1', '2001:db8::1'],
    port: ['30490', '30511'],
    proto: ['17', '17'],
  }),
}

/** Of options that tshark does not know it shows where they are, and reads on behind them. */
export const FOREIGN_FIELDS: Fields = {
  ...sd(
    81,
    { ...offer, numopt1: '0x05' },
    { ...receiver, type: ['4', '3', '32', '119', '2'], length: ['9', '9', '5', '2', '5'], ...WEIGHT },
  ),
  '_ws.malformed': Array(3).fill('_ws.malformed'),
  '_ws.expert.message': Array(3).fill('SOME/IP-SD Unknown Option!'),
}

function someip(values: Values): Fields {
  return named('someip', values)
}

/** `length` as in the header of the message. */
function sd(length: number, entries: Values, options: Values = {}): Fields {
  const entryBytes = 16 * (Array.isArray(entries.type) ? entries.type.length : 1)
  const OTHER_BYTES = 20
  const header = { messageid: '0xffff8100', clientid: '0x0000', sessionid: '0x0102', messagetype: '0x02' }
  return {
    ...someip({ ...common, ...header, interfaceversion: '0x01', length: String(length) }),
    ...named('someipsd', {
      flags: '0xc0',
      reserved: '0x000000',
      length_entriesarray: String(entryBytes),
      length_optionsarray: String(length - OTHER_BYTES - entryBytes),
    }),
    ...named('someipsd.entry', entries),
    ...named('someipsd.option', options),
  }
}

function named(prefix: string, values: Values): Fields {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, [value].flat()]))
}

/** The values of two entries that are alike. */
function both(values: Readonly<Record<string, string>>): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value, value]]))
}
