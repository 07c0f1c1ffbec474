import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Fields<F extends string> = Readonly<Record<F, readonly string[]>>

/** The values of these fields in each packet of a pcap file, by name; all occurrences of each. */
export function fieldsOf<F extends string>(pcap: Uint8Array, fields: readonly F[]): readonly Fields<F>[] {
  const folder = mkdtempSync(join(tmpdir(), 'doip-'))
  try {
    const file = join(folder, 'capture.pcap')
    writeFileSync(file, pcap)
    const args = ['-n', '-r', file, '-T', 'fields', '-E', 'separator=|', ...fields.flatMap((field) => ['-e', field])]
    const output = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return output
      .trimEnd()
      .split('\n')
      .map((line) => {
        const values = line.split('|').map((text) => (text === '' ? [] : text.split(',')))
        // Each of the fields gets its values.
        return Object.fromEntries(fields.map((field, at) => [field, values[at] ?? []])) as unknown as Fields<F>
      })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
