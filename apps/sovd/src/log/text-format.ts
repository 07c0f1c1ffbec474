const COLOURS: Readonly<Record<string, string>> = {
  trace: '\u001b[90m',
  debug: '\u001b[90m',
  info: '\u001b[32m',
  warn: '\u001b[33m',
  error: '\u001b[31m',
}
const PLAIN = '\u001b[0m'

/** Text that can stand without quotes and cannot be taken for the end of a field or line. */
const SIMPLE = /^[^\s"=\p{Cc}]+$/u
const CONTROL = /\p{Cc}/gu

/** Turns one line of JSON into `time LEVEL message key=value …`. */
export function createTextFormat(colours: boolean): (json: string) => string {
  return (json) => {
    const line: Readonly<Record<string, unknown>> = JSON.parse(json)
    const { level, time, msg, ...fields } = line
    const label = String(level).toUpperCase().padEnd(5)
    const shown = colours ? `${COLOURS[String(level)] ?? ''}${label}${PLAIN}` : label
    const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${formatValue(value)}`)
    return `${time} ${shown} ${escapeControls(String(msg ?? ''))}${pairs.join('')}\n`
  }
}

function formatValue(value: unknown): string {
  return typeof value === 'string' && SIMPLE.test(value) ? value : escapeControls(JSON.stringify(value))
}

function escapeControls(text: string): string {
  return text.replaceAll(CONTROL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
