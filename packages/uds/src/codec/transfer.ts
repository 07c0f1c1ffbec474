import { type ByteReader, type ByteWriter, DecodeError } from '@opensovd/base/bytes'
import { choice, type Field, rest, struct, u8 } from './field.ts'
import { memory, readUint, writeUint } from './memory-range.ts'
import { plain } from './service.ts'

/** modeOfOperation of RequestFileTransfer. */
export const FILE_MODE = {
  ADD: 0x01,
  DELETE: 0x02,
  REPLACE: 0x03,
  READ: 0x04,
  READ_DIRECTORY: 0x05,
  RESUME: 0x06,
} as const

/** How many bytes one TransferData message may have, SID and block counter included. */
export interface BlockLength {
  readonly maxBlockLength: number
  /** Bytes that the number takes on the wire. */
  readonly lengthBytes: number
}

/** lengthFormatIdentifier: the high nibble is the number of bytes of maxNumberOfBlockLength. */
const blockLength: Field<BlockLength> = {
  read: (from) => readBlockLength(from, from.u8() >> 4),
  write: (to, { maxBlockLength, lengthBytes }) => writeUint(to.u8(lengthBytes << 4), maxBlockLength, lengthBytes),
}

/** RequestFileTransfer writes the number of bytes itself, not in a high nibble. */
const fileBlockLength: Field<BlockLength> = {
  read: (from) => readBlockLength(from, from.u8()),
  write: (to, { maxBlockLength, lengthBytes }) => writeUint(to.u8(lengthBytes), maxBlockLength, lengthBytes),
}

const request = struct({ dataFormat: u8, memory })
const response = struct({ blockLength })
export const requestDownload = plain(0x34, 'RequestDownload', { echoLength: 0, request, response })
export const requestUpload = plain(0x35, 'RequestUpload', { echoLength: 0, request, response })

export const transferData = plain(0x36, 'TransferData', {
  echoLength: 1,
  request: struct({ blockSequenceCounter: u8, data: rest }),
  response: struct({ blockSequenceCounter: u8, data: rest }),
})

export const requestTransferExit = plain(0x37, 'RequestTransferExit', {
  echoLength: 0,
  request: struct({ data: rest }),
  response: struct({ data: rest }),
})

const path: Field<string> = {
  read: (from) => from.utf8(from.u16()),
  write: (to, value) => {
    const text = new TextEncoder().encode(value)
    to.u16(text.length).bytes(text)
  },
}

export interface FileSize {
  readonly uncompressed: number
  readonly compressed: number
  /** Bytes that each of the two takes on the wire. */
  readonly lengthBytes: number
}

const fileSize: Field<FileSize> = {
  read: (from) => readFileSize(from, from.u8()),
  write: (to, size) => writeFileSize(to.u8(size.lengthBytes), size),
}
const fileInfo: Field<FileSize> = {
  read: (from) => readFileSize(from, from.u16()),
  write: (to, size) => writeFileSize(to.u16(size.lengthBytes), size),
}
const directoryInfo: Field<{ readonly length: number; readonly lengthBytes: number }> = {
  read: (from) => {
    const lengthBytes = from.u16()
    return { length: readUint(from, lengthBytes, 'dirInfoLength'), lengthBytes }
  },
  write: (to, info) => writeUint(to.u16(info.lengthBytes), info.length, info.lengthBytes),
}
const filePosition: Field<number> = {
  read: (from) => readUint(from, 8, 'filePosition'),
  write: (to, value) => writeUint(to, value, 8),
}

const writtenFile = { path, dataFormat: u8, fileSize }
const accepted = { blockLength: fileBlockLength, dataFormat: u8 }
export const requestFileTransfer = plain(0x38, 'RequestFileTransfer', {
  echoLength: 1,
  request: choice(
    'mode',
    {
      1: writtenFile,
      2: { path },
      3: writtenFile,
      4: { path, dataFormat: u8 },
      5: { path },
      6: writtenFile,
    },
    'RequestFileTransfer request',
  ),
  response: choice(
    'mode',
    {
      1: accepted,
      2: {},
      3: accepted,
      4: { ...accepted, fileSize: fileInfo },
      5: { ...accepted, directoryInfo },
      6: { ...accepted, filePosition },
    },
    'RequestFileTransfer response',
  ),
})

function readBlockLength(from: ByteReader, lengthBytes: number): BlockLength {
  if (lengthBytes === 0) throw new DecodeError('lengthFormatIdentifier', 'maxNumberOfBlockLength has 0 bytes')
  return { maxBlockLength: readUint(from, lengthBytes, 'maxNumberOfBlockLength'), lengthBytes }
}

function readFileSize(from: ByteReader, lengthBytes: number): FileSize {
  const uncompressed = readUint(from, lengthBytes, 'fileSizeUnCompressed')
  return { uncompressed, compressed: readUint(from, lengthBytes, 'fileSizeCompressed'), lengthBytes }
}

function writeFileSize(to: ByteWriter, size: FileSize): void {
  writeUint(to, size.uncompressed, size.lengthBytes)
  writeUint(to, size.compressed, size.lengthBytes)
}
