import type { LogFields, Logger } from '@opensovd/base'
import { type DestinationStream, destination, type Logger as Pino, pino, stdTimeFunctions } from 'pino'
import type { LoggingConfig } from '../config/config.ts'
import { createTextFormat } from './text-format.ts'

/** The standard error output. What is written is out when the call returns, so that nothing is lost at exit. */
function standardError(): DestinationStream {
  return destination({ fd: 2, sync: true })
}

/** A logger that writes lines of JSON, or of text for people. */
export function createLogger(
  { level, format }: LoggingConfig,
  output: DestinationStream = standardError(),
  colours = process.stderr.isTTY === true,
): Logger {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const stream = format === 'json' ? output : textStream(output, colours)
  return fromPino(pino(options, stream))
}

function textStream(output: DestinationStream, colours: boolean): DestinationStream {
  const format = createTextFormat(colours)
  return { write: (line) => output.write(format(line)) }
}

function fromPino(logger: Pino): Logger {
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
    child: (fields: LogFields) => fromPino(logger.child(fields)),
  }
}
