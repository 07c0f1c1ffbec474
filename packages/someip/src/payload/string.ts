import type { FieldBits } from './byte-order.ts'
import type { PayloadReader } from './payload-reader.ts'
import type { PayloadWriter } from './payload-writer.ts'
import { type DelimitedSchema, delimited } from './schema.ts'
import { TEXT_ENCODING, type TextEncoding, type TextEncodingName } from './text.ts'

export interface FixedStringOptions {
  /** Default: utf-8. */
  readonly encoding?: TextEncodingName
  /** Begin with a byte order mark and insist on it [PRS_SOMEIP_00087]. Default: true. False is legacy serialization. */
  readonly bom?: boolean
  /** End with a zero and insist on it [PRS_SOMEIP_00091]. Default: true. False is legacy serialization. */
  readonly terminator?: boolean
}

export interface StringOptions extends FixedStringOptions {
  /** Size of the length field in bits. Default: 32 [PRS_SOMEIP_00094]. */
  readonly lengthField?: FieldBits
  /** Most bytes with byte order mark and terminator; more is an error both ways [PRS_SOMEIP_00914]. */
  readonly maxBytes?: number
}

interface Form {
  readonly encoding: TextEncoding
  readonly bom: boolean
  readonly terminator: boolean
}

/** A string with a length field in front, which counts bytes including the byte order mark and the terminator. */
export function string(options: StringOptions = {}): DelimitedSchema<string> {
  const form = formOf(options)
  const maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY
  return delimited(
    options.lengthField ?? 32,
    (from) => {
      if (from.remaining > maxBytes) from.fail(`at most ${maxBytes} byte(s) allowed, not ${from.remaining}`)
      return readText(from, form)
    },
    (to, value) => {
      const length = writeText(to, value, form)
      if (length > maxBytes) to.fail(`at most ${maxBytes} byte(s) allowed, not ${length}`)
    },
  )
}

/** A string in exactly `lengthBytes` bytes, filled up with zeros [PRS_SOMEIP_00374]. */
export function fixedString(lengthBytes: number, options: FixedStringOptions = {}): DelimitedSchema<string> {
  const form = formOf(options)
  // Behind a tag a shorter string is accepted [PRS_SOMEIP_00912].
  const readBody = (from: PayloadReader) => {
    if (from.remaining > lengthBytes) from.fail(`${lengthBytes} byte(s) expected, not ${from.remaining}`)
    return readText(from, form)
  }
  const writeBody = (to: PayloadWriter, value: string) => {
    const length = writeText(to, value, form)
    if (length > lengthBytes) to.fail(`${length} byte(s) do not fit in ${lengthBytes}`)
    to.zeros(lengthBytes - length)
  }
  return {
    lengthField: 0,
    readBody,
    writeBody,
    read: (from) => from.region(lengthBytes, () => readBody(from)),
    write: writeBody,
  }
}

function formOf(options: FixedStringOptions): Form {
  return {
    encoding: TEXT_ENCODING[options.encoding ?? 'utf-8'],
    bom: options.bom ?? true,
    terminator: options.terminator ?? true,
  }
}

function readText(from: PayloadReader, { encoding, bom, terminator }: Form): string {
  if (bom) {
    const mark = from.bytes(Math.min(from.remaining, encoding.bom.length))
    if (!encoding.bom.every((byte, index) => mark[index] === byte)) {
      from.fail(`no byte order mark of ${encoding.name}`)
    }
  }
  const bytes = from.bytes()
  const end = indexOfZero(bytes, encoding.unitBytes)
  if (terminator && end === undefined) from.fail('no terminating zero')
  // An odd last byte of UTF-16 is ignored [PRS_SOMEIP_00086].
  const whole = bytes.length - (bytes.length % encoding.unitBytes)
  const text = encoding.decode(bytes.subarray(0, end ?? whole))
  return text ?? from.fail(`not valid ${encoding.name}`)
}

function writeText(to: PayloadWriter, value: string, { encoding, bom, terminator }: Form): number {
  const start = to.length
  if (typeof value !== 'string') to.fail(`${value} is not a string`)
  if (!value.isWellFormed()) to.fail('the text has half a surrogate pair')
  if (value.includes('\0')) to.fail('the text contains a zero, which would end it')
  if (bom) to.bytes(encoding.bom)
  to.bytes(encoding.encode(value))
  if (terminator) to.zeros(encoding.unitBytes)
  return to.length - start
}

/** Where the first zero code unit begins. */
function indexOfZero(bytes: Uint8Array, unitBytes: 1 | 2): number | undefined {
  if (unitBytes === 1) {
    const at = bytes.indexOf(0)
    return at < 0 ? undefined : at
  }
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    if (bytes[at] === 0 && bytes[at + 1] === 0) return at
  }
  return undefined
}
