import type { Result } from './suite.ts'

/** The results as a JUnit report, which most CI systems show. */
export function junitOf(name: string, results: readonly Result[]): string {
  const failures = results.filter(({ verdict }) => verdict.outcome === 'failed').length
  const skipped = results.filter(({ verdict }) => 'reason' in verdict).length
  const counts = `tests="${results.length}" failures="${failures}" skipped="${skipped}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${escaped(name)}" ${counts}>`,
    ...results.map(caseOf),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function caseOf({ check, verdict }: Result): string {
  const head = `    <testcase classname="ISO 17978-3 ${escaped(check.clause)}" name="${escaped(check.operation)}"`
  switch (verdict.outcome) {
    case 'passed':
      return `${head}/>`
    case 'failed':
      return `${head}><failure message="${escaped(verdict.failures[0] ?? '')}">${escaped(verdict.failures.join('\n'))}</failure></testcase>`
    default:
      return `${head}><skipped message="${escaped(`${verdict.outcome}: ${verdict.reason}`)}"/></testcase>`
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text as XML has it; what XML cannot have at all is left out. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
}
