import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toHex } from '@opensovd/base/bytes'
import { settle } from '@opensovd/base/testing'
import { memoryRange } from '../codec/memory-range.ts'
import { NegativeResponseError, UdsError } from '../errors.ts'
import { scriptedEcu } from '../testing/scripted-ecu.ts'
import { download, upload } from './transfer.ts'

const bytes = (length: number) => Uint8Array.from({ length }, (_, at) => at & 0xff)

/** Answers of an ECU that takes blocks of up to `maxBlockLength` and exits with a checksum. */
function programmable(maxBlockLength: number) {
  return scriptedEcu((request) => {
    if (request.startsWith('34')) return `7420${maxBlockLength.toString(16).padStart(4, '0')}`
    if (request.startsWith('36')) return `76${request.slice(2, 4)}`
    return '77abcd'
  })
}

test('downloads in blocks of the length that the ECU allows, and gives the exit record', async () => {
  const { ecu, channel } = programmable(5)
  const progress: number[] = []
  const exit = await download(ecu, bytes(7), {
    memory: memoryRange(0x602000, 7, 0x33),
    exitData: Uint8Array.of(0x11),
    onProgress: (transferred) => progress.push(transferred),
  })
  assert.equal(toHex(exit), 'abcd')
  assert.deepEqual(channel.take(), [
    '1234 340033602000000007',
    '1234 3601000102',
    '1234 3602030405',
    '1234 360306',
    '1234 3711',
  ])
  assert.deepEqual(progress, [3, 6, 7])
})

test('counts blocks from 01 to FF and on with 00', async () => {
  const { ecu, channel } = programmable(3)
  await download(ecu, bytes(258), { memory: memoryRange(0, 258) })
  const counters = channel.take().flatMap((sent) => (sent.startsWith('1234 36') ? [sent.slice(7, 9)] : []))
  assert.deepEqual([counters[0], counters[254], counters[255], counters[256]], ['01', 'ff', '00', '01'])
})

test('cuts pieces of a stream into blocks, and reads no further ahead than one', async () => {
  const { ecu, channel } = programmable(6)
  async function* pieces() {
    yield bytes(1)
    yield bytes(9)
    yield bytes(2)
  }
  await download(ecu, pieces(), { memory: memoryRange(0, 12) })
  assert.deepEqual(
    channel.take().filter((sent) => sent.startsWith('1234 36')),
    ['1234 360100000102', '1234 360203040506', '1234 360307080001'],
  )
})

test('keeps to a shorter block length where asked to', async () => {
  const { ecu, channel } = programmable(0xffff)
  await download(ecu, bytes(4), { memory: memoryRange(0, 4), maxBlockLength: 4 })
  assert.deepEqual(channel.take().slice(1, 3), ['1234 36010001', '1234 36020203'])
})

test('makes no DoIP message of more than 64 KiB, whatever the ECU allows', async () => {
  const { ecu, channel } = programmable(0xffff)
  await download(ecu, bytes(70_000), { memory: memoryRange(0, 70_000) })
  const lengths = channel.take().flatMap((sent) => (sent.startsWith('1234 36') ? [(sent.length - 5) / 2] : []))
  assert.deepEqual(lengths, [65_536 - 12, 2 + 70_000 - 65_522])
})

test('refuses a block length without room for data', async () => {
  const { ecu, channel } = programmable(2)
  await assert.rejects(download(ecu, bytes(1), { memory: memoryRange(0, 1) }), /a block of 2 byte\(s\) has no room/)
  assert.equal(channel.take().at(-1), '1234 37')
})

test('ends the transfer when the ECU refuses a block', async () => {
  const { ecu, channel } = scriptedEcu((request) => {
    if (request.startsWith('34')) return '74200081'
    return request.startsWith('36') ? '7f3672' : '77'
  })
  await assert.rejects(
    download(ecu, bytes(1000), { memory: memoryRange(0, 1000) }),
    (error) => error instanceof NegativeResponseError && error.nrc === 0x72,
  )
  assert.deepEqual(
    channel.take().map((sent) => sent.slice(5, 7)),
    ['34', '36', '37'],
  )
})

test('ends the transfer when the data are not as long as announced', async () => {
  const { ecu, channel } = programmable(100)
  await assert.rejects(
    download(ecu, bytes(3), { memory: memoryRange(0, 4) }),
    (error) =>
      error instanceof UdsError &&
      error.code === 'UDS_TRANSFER_SIZE' &&
      /3 byte\(s\) of data for a range of 4/.test(error.message),
  )
  assert.equal(channel.take().at(-1), '1234 37')
})

test('ends the transfer when the source of the data fails', async () => {
  const { ecu, channel } = programmable(4)
  async function* failing() {
    yield bytes(4)
    throw new Error('disk')
  }
  await assert.rejects(download(ecu, failing(), { memory: memoryRange(0, 10) }), /disk/)
  assert.equal(channel.take().at(-1), '1234 37')
})

test('ends the transfer when aborted, after the block under way', async () => {
  const { ecu, channel } = scriptedEcu((request) => {
    if (request.startsWith('34')) return '74200003'
    return request.startsWith('37') ? '77' : undefined
  })
  const abort = new AbortController()
  const loading = assert.rejects(download(ecu, bytes(9), { memory: memoryRange(0, 9) }, abort.signal), /enough/)
  await settle()
  abort.abort(new Error('enough'))
  await settle()
  assert.deepEqual(channel.take().at(-1), '1234 360100')
  channel.say(0x1234, '7601')
  await loading
  assert.deepEqual(channel.take(), ['1234 37'])
})

test('stops when the ECU vanishes in the middle, and sends nothing more', async () => {
  const { ecu, channel, clock } = scriptedEcu((request) => {
    if (request.startsWith('34')) return '74200003'
    return request.startsWith('3601') ? '7601' : undefined
  })
  const loading = assert.rejects(
    download(ecu, bytes(9), { memory: memoryRange(0, 9) }),
    (error) => error instanceof UdsError && error.code === 'UDS_TIMEOUT' && /TransferData/.test(error.message),
  )
  await clock.advance(50)
  await loading
  assert.equal(channel.take().at(-1), '1234 360201')
})

test('uploads until it has all bytes', async () => {
  const blocks = ['000102', '030405', '06']
  const { ecu, channel } = scriptedEcu((request) => {
    if (request.startsWith('35')) return '75200081'
    return request.startsWith('36') ? `76${request.slice(2)}${blocks.shift()}` : '77'
  })
  const read: string[] = []
  for await (const block of upload(ecu, { memory: memoryRange(0x202, 7, 0x22) })) read.push(toHex(block))
  assert.deepEqual(read, ['000102', '030405', '06'])
  assert.deepEqual(channel.take(), ['1234 35002202020007', '1234 3601', '1234 3602', '1234 3603', '1234 37'])
})

test('ends an upload that is left early', async () => {
  const { ecu, channel } = scriptedEcu((request) => {
    if (request.startsWith('35')) return '75200081'
    return request.startsWith('36') ? `76${request.slice(2)}00` : '77'
  })
  for await (const _block of upload(ecu, { memory: memoryRange(0, 7) })) break
  assert.deepEqual(channel.take().slice(1), ['1234 3601', '1234 37'])
})

for (const [answer, problem] of [
  ['', /block 1 has 0 byte\(s\) and makes 0 of 2/],
  ['010203', /block 1 has 3 byte\(s\) and makes 3 of 2/],
] as const) {
  test(`refuses a block of ${answer.length / 2} bytes when 2 are missing`, async () => {
    const { ecu, channel } = scriptedEcu((request) => {
      if (request.startsWith('35')) return '75200081'
      return request.startsWith('36') ? `7601${answer}` : '77'
    })
    const reading = upload(ecu, { memory: memoryRange(0, 2) }).next()
    await assert.rejects(reading, problem)
    assert.equal(channel.take().at(-1), '1234 37')
  })
}
