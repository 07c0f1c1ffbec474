export { ByteReader } from './byte-reader.ts'
export { ByteWriter } from './byte-writer.ts'
export { DecodeError } from './decode-error.ts'
export { fromHex, toHex } from './hex.ts'
