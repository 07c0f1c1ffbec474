/** [RFC 3339 5.6] */
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/
const FIRST_MS = Date.parse('0000-01-01T00:00:00Z')
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z')

/** Milliseconds since 1970 of an RFC 3339 time; NaN for what is none, or cannot be written as one in UTC. */
export function instantOf(text: string): number {
  const upper = text.toUpperCase()
  const [, date] = DATE_TIME.exec(upper) ?? []
  const ms = date !== undefined && isDate(date) ? Date.parse(upper) : Number.NaN
  return ms >= FIRST_MS && ms <= LAST_MS ? ms : Number.NaN
}

/** `Date.parse` takes the 31st of every month. */
function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}
