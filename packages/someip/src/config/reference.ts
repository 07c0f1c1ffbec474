import { PROBLEM_KINDS } from './problems.ts'
import { type KeyRow, keyRows, type SectionGroup } from './schema.ts'

const INTRODUCTION = `# SOME/IP configuration

<!-- Generated from the table of keys in packages/someip/src/config. Change the table, not this page. -->

The stack reads the JSON configuration files of vsomeip 3 unchanged. This page lists every key, with its default and with
what becomes of it here.

## Where files are looked for

1. The file \`/etc/vsomeip.json\` and the folder \`/etc/vsomeip\`.
2. A path that the application gives when it is created takes the place of both.
3. \`./vsomeip.json\` takes the place of the file, and \`./vsomeip/\` that of the folder.
4. The file or folder that \`VSOMEIP_CONFIGURATION_<application>\` or else \`VSOMEIP_CONFIGURATION\` names takes the place
   of both. If it does not exist, the others stay, and the problem \`missing-configuration\` says so.
5. With a folder its subfolder \`<uid>_<gid>\` is read, too, if there is one.

The files of a folder are read in ascending order of their names; subfolders are not, and neither are files that do not
end in \`.json\`. Files with a mandatory name (those of \`VSOMEIP_MANDATORY_CONFIGURATION_FILES\`, separated by commas, or
\`vsomeip_std.json\`, \`vsomeip_app.json\`, \`vsomeip_events.json\`, \`vsomeip_plc.json\`, \`vsomeip_log.json\`,
\`vsomeip_security.json\`, \`vsomeip_whitelist.json\`, \`vsomeip_policy_extensions.json\`, \`vsomeip_portcfg.json\` and
\`vsomeip_device.json\`) are read first, whatever they end in. The other files are read only if there is no file with a
mandatory name, or if these do not name the routing host, or if they name this application as the host. An application
that reads mandatory files only takes the mandatory sections from them.

An application without a name of its own has that of \`VSOMEIP_APPLICATION_NAME\`. \`VSOMEIP_BASE_PATH\` is the folder of
local sockets (\`/tmp/\`), and \`VSOMEIP_CLIENTSIDELOGGING\` switches the log of an application's own messages on: empty for
all, or services as \`SSSS\` or \`SSSS.IIII\` in hexadecimal, separated by spaces or colons.

## How files are read

* Files are strict JSON: a file with a comment or with a comma too many is left out as a whole.
* Numbers and flags may be written as texts: \`"30509"\` and \`30509\` are the same, and so are \`"true"\` and \`true\`.
* Only \`true\` sets a flag; anything else clears it (\`has_session_handling\`: only \`false\` clears it).
* Hexadecimal numbers start with \`0x\`, and are understood where the type says so. Elsewhere \`0x10\` is 0. Where the
  type is hex, the \`0x\` may be missing.
* A text that starts with digits is the number that they form. Other texts are 0, or leave the default where the program
  that first read these files did so. Numbers that are too large become the largest of their type, or wrap around.
* Of several definitions the first, the last or all count; the column says which.
`

const PROBLEMS = `## Problems

Whatever is lost or ignored is reported with file, line, column and path, and the value above is used. Read strictly, a
configuration with any problem is refused, and the error lists all of them.

| problem | severity | meaning |
|---|---|---|
`

const DIFFERENCES = `## Differences from vsomeip 3.7

* All \`events\` of an eventgroup count. vsomeip reads the first one only.
* The order of keys within a service does not matter. vsomeip ignores the properties of events that stand after the
  eventgroups, and the ports that stand after the events.
* Events that only an eventgroup names are carried by UDP if the service has a UDP port, else by TCP. vsomeip takes UDP.
* \`routing.guests.ports\` understands plain ranges, as documented. vsomeip uses 31492 to 31999 in their place.
* Local services are found by the address of this host. vsomeip uses 127.0.0.1 where it reads \`unicast\` after
  \`services\`, which it does within one file.
* Addresses that cannot be read do not stay as they are: \`service-discovery.multicast\` has its default, a service counts
  as one of this host, and list entries are left out.
* \`ttl\` is at most 16777215, which is all that fits a message, and \`max-segment-length\` is at least 16.
* \`logging.statistics.interval\`, and the order of \`initial_delay_min\` and \`initial_delay_max\`, are corrected when they
  are read, and not where they are used.
* \`"instance": "any"\` in the \`offers\` of a policy includes 0xFFFF.
* A policy with both \`instance\` and \`instances\` takes \`instances\`. In vsomeip it depends on their order.
* Files of more than 16 MiB and values nested deeper than 64 levels are refused.
`

const GROUPS: Readonly<Record<SectionGroup, { readonly title: string; readonly meaning: string }>> = {
  mandatory: { title: 'Mandatory sections', meaning: 'They are read by every application.' },
  optional: {
    title: 'Optional sections',
    meaning:
      'They are read by the routing host, and by everybody where files with mandatory names do not tell the host.',
  },
  obsolete: { title: 'Obsolete keys', meaning: 'They are known, but nothing reads them any more.' },
}

/** The reference of all keys in Markdown. */
export function renderReference(): string {
  const rows = keyRows()
  const tables = Object.entries(GROUPS).map(([group, { title, meaning }]) => {
    const own = rows.filter((row) => row.group === group)
    const table = group === 'obsolete' ? renderObsolete(own) : renderRows(own)
    return `## ${title}\n\n${meaning}\n\n${table}`
  })
  const kinds = Object.entries(PROBLEM_KINDS).map(([kind, { severity, meaning }]) =>
    row([code(kind), severity, meaning]),
  )
  return [INTRODUCTION, ...tables, `${PROBLEMS}${kinds.join('\n')}\n`, DIFFERENCES].join('\n')
}

function renderRows(rows: readonly KeyRow[]): string {
  const lines = rows.map((one) => {
    if (one.type === '') return row([code(one.path), '', '', '', `No effect: ${one.noEffect}.`])
    const effect = one.noEffect === undefined ? '' : ` No effect: ${one.noEffect}.`
    const fallback = /^[\w./:-]+$/.test(one.default) ? code(one.default) : one.default
    const isMerged = one.path.endsWith('[]') || (one.type.startsWith('object') && one.repeat === 'last')
    return row([code(one.path), one.type, fallback, isMerged ? '' : one.repeat, `${one.meaning}.${effect}`])
  })
  return ['| key | type | default | of several | meaning |', '|---|---|---|---|---|', ...lines, ''].join('\n')
}

function renderObsolete(rows: readonly KeyRow[]): string {
  return ['| key | why |', '|---|---|', ...rows.map((one) => row([code(one.path), `${one.noEffect}`])), ''].join('\n')
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function code(text: string): string {
  return `\`${text}\``
}
