import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseSyslog, type SyslogMessage } from './syslog-message.ts'

const BOM = '\uFEFF'

/** The examples of RFC 5424 6.5, and of RFC 3164 5.4, and what each text says of them. */
const EXAMPLES: readonly [name: string, text: string, parsed: SyslogMessage][] = [
  [
    'RFC 5424, example 1',
    `<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - ${BOM}'su root' failed for lonvick on /dev/pts/8`,
    {
      severity: 'fatal',
      timestamp: '2003-10-11T22:14:15.003Z',
      host: 'mymachine.example.com',
      program: 'su',
      message: "'su root' failed for lonvick on /dev/pts/8",
      data: { messageId: 'ID47' },
    },
  ],
  [
    'RFC 5424, example 2',
    "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
    {
      severity: 'info',
      timestamp: '2003-08-24T05:14:15.000003-07:00',
      host: '192.0.2.1',
      program: 'myproc',
      pid: '8710',
      message: "%% It's time to make the do-nuts.",
    },
  ],
  [
    'RFC 5424, example 3',
    '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 ' +
      `[exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"] ${BOM}An application event log entry...`,
    {
      severity: 'info',
      timestamp: '2003-10-11T22:14:15.003Z',
      host: 'mymachine.example.com',
      program: 'evntslog',
      message: 'An application event log entry...',
      data: {
        'exampleSDID@32473': { iut: '3', eventSource: 'Application', eventID: '1011' },
        messageId: 'ID47',
      },
    },
  ],
  [
    'RFC 5424, example 4, without a message',
    '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 ' +
      '[exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"][examplePriority@32473 class="high"]',
    {
      severity: 'info',
      timestamp: '2003-10-11T22:14:15.003Z',
      host: 'mymachine.example.com',
      program: 'evntslog',
      message: '',
      data: {
        'exampleSDID@32473': { iut: '3', eventSource: 'Application', eventID: '1011' },
        'examplePriority@32473': { class: 'high' },
        messageId: 'ID47',
      },
    },
  ],
  ['RFC 5424, all that may be nil', '<0>1 - - - - - -', { severity: 'fatal', message: '' }],
  [
    'RFC 5424, characters that are escaped',
    String.raw`<15>1 - - p - - [a k="q\" b\\ s\] x\y"] m`,
    { severity: 'debug', program: 'p', message: 'm', data: { a: { k: String.raw`q" b\ s] x\y` } } },
  ],
  [
    'RFC 3164, example 1',
    "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
    { severity: 'fatal', host: 'mymachine', program: 'su', message: "'su root' failed for lonvick on /dev/pts/8" },
  ],
  [
    'RFC 3164, example 2',
    '<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!',
    { severity: 'info', host: '10.0.0.99', message: 'Use the BFG!' },
  ],
  [
    'RFC 3164, a program with a process',
    '<12>Feb  5 17:32:18 hpc pumpd[4711]: too slow\n',
    { severity: 'warn', host: 'hpc', program: 'pumpd', pid: '4711', message: 'too slow' },
  ],
  [
    'what programs of the same machine send: no host',
    '<11>Feb  5 17:32:18 pumpd[4711]: stuck\0',
    { severity: 'error', program: 'pumpd', pid: '4711', message: 'stuck' },
  ],
  [
    'a time with year and zone in the old format',
    '<14>2026-02-05T17:32:18.5+01:00 hpc pumpd: ready',
    { severity: 'info', timestamp: '2026-02-05T17:32:18.5+01:00', host: 'hpc', program: 'pumpd', message: 'ready' },
  ],
  ['no time', '<14>pumpd: ready', { severity: 'info', program: 'pumpd', message: 'ready' }],
  ['no priority [RFC 3164 4.3.3]', 'something', { severity: 'info', message: 'something' }],
  ['a priority there is not', '<192>x', { severity: 'info', message: '<192>x' }],
  ['nothing', '', { severity: 'info', message: '' }],
  [
    'structured data that does not end',
    '<14>1 - - p - - [a k="v" m',
    { severity: 'info', message: '1 - - p - - [a k="v" m' },
  ],
]

describe('a message of syslog', () => {
  for (const [name, text, parsed] of EXAMPLES) {
    test(`is read: ${name}`, () => {
      assert.deepEqual(parseSyslog(text), parsed)
    })
  }

  test('of whatever bytes is read in no time', () => {
    const nasty = ['<14>1 - - p - - [a ', '<14>Feb  5 17:32:18 ', '[a k="'].map(
      (start) => start + 'k="\\" '.repeat(10_000),
    )
    for (const text of nasty) assert.equal(typeof parseSyslog(text).message, 'string')
  })
})
