import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@opensovd/base/bytes'
import { FakeClock } from '@opensovd/base/testing'
import { decodeSdPayload } from '../sd/wire/message.ts'
import { TpReassembler } from '../tp/reassembler.ts'
import { segmentMessage } from '../tp/segment.ts'
import { decodeMessage, encodeMessage, type Message } from '../wire/message.ts'
import { askPython, missingModules } from './testing/judge.ts'
import { DISCOVERY, encodeDiscovery, LARGE, MESSAGES, SD_FLAGS, SD_SESSION } from './testing/samples.ts'
import { DISCOVERY_FORMS, type Form, MESSAGE_FORMS, SEGMENT_FORMS } from './testing/scapy-forms.ts'

interface Answer {
  readonly dissect: readonly Form[]
  readonly build: readonly string[]
  readonly fragment: readonly (readonly string[])[]
}

const skip = missingModules('scapy.contrib.automotive.someip')

function ask(question: { dissect?: readonly Uint8Array[]; build?: readonly Form[]; fragment?: readonly Form[] }) {
  const { dissect = [], build = [], fragment = [] } = question
  const script = new URL('./scapy_judge.py', import.meta.url)
  const answer = askPython(script, { dissect: dissect.map((bytes) => toHex(bytes)), build, fragment })
  assertAnswer(answer)
  return answer
}

function assertAnswer(answer: unknown): asserts answer is Answer {
  assert(typeof answer === 'object' && answer && 'dissect' in answer && 'build' in answer && 'fragment' in answer)
}

function fieldsOf(message: Message): object {
  const { serviceId, methodId, clientId, sessionId, interfaceVersion, messageType, returnCode, payload } = message
  const ids = { serviceId, methodId, clientId, sessionId }
  return { ...ids, interfaceVersion, messageType, returnCode, payload: toHex(payload) }
}

test('scapy reads the messages that we write', { skip }, () => {
  const { dissect } = ask({ dissect: Object.values(MESSAGES).map(encodeMessage) })
  assert.deepEqual(dissect, Object.values(MESSAGE_FORMS))
})

test('we read the messages that scapy writes', { skip }, () => {
  const { build } = ask({ build: Object.values(MESSAGE_FORMS) })
  assert.deepEqual(
    build.map((hex) => fieldsOf(decodeMessage(fromHex(hex)))),
    Object.values(MESSAGES).map(fieldsOf),
  )
})

test('scapy reads the segments that we cut', { skip }, () => {
  const { dissect } = ask({ dissect: segmentMessage(LARGE) })
  assert.deepEqual(
    dissect.map(({ load, ...form }) => form),
    SEGMENT_FORMS,
  )
  assert.equal(dissect.map(({ load }) => load).join(''), toHex(LARGE.payload))
})

test('we put together the segments that scapy cuts', { skip }, () => {
  const [form] = SEGMENT_FORMS
  const { fragment } = ask({ fragment: [{ ...form, load: toHex(LARGE.payload) }] })
  const reassembler = new TpReassembler({ clock: new FakeClock(), maxPayloadBytes: LARGE.payload.length })
  const segments = fragment[0]?.map((hex) => decodeMessage(fromHex(hex))) ?? []
  const messages = segments.map((segment) => reassembler.accept(segment, 'scapy'))
  const last = messages.pop() ?? assert.fail('no message')
  assert.deepEqual(messages, [undefined, undefined])
  assert.deepEqual(fieldsOf(last), fieldsOf(LARGE))
})

test('scapy reads the entries and options of service discovery that we write', { skip }, () => {
  const { dissect } = ask({ dissect: Object.values(DISCOVERY).map(encodeDiscovery) })
  for (const [index, [name, form]] of Object.entries(DISCOVERY_FORMS).entries()) {
    assert.deepEqual(dissect[index], form, name)
  }
})

test('we read the entries and options of service discovery that scapy writes', { skip }, () => {
  const { build } = ask({ build: Object.values(DISCOVERY_FORMS) })
  for (const [index, [name, entries]] of Object.entries(DISCOVERY).entries()) {
    const { sessionId, payload } = decodeMessage(fromHex(build[index] ?? ''))
    const { sdEndpoint, ...read } = decodeSdPayload(payload)
    assert.deepEqual({ sessionId, ...read }, { sessionId: SD_SESSION, ...SD_FLAGS, entries }, name)
    const { options } = entries[0]
    assert.deepEqual(
      sdEndpoint,
      options.find(({ kind }) => kind === 'sd-endpoint'),
      name,
    )
  }
})
