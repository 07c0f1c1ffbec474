export type LogFields = Readonly<Record<string, unknown>>

/**
 * One line per event, with fields. `error`: an operator must act; `warn`: something is wrong and handled;
 * `info`: life cycle; `debug`: for developers, and the only level that may show payloads.
 */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  child(fields: LogFields): Logger
}

/** Discards everything. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
}
