import { AppError, messageOf } from '@opensovd/base'
import { Command, InvalidArgumentError } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import type { BenchClientOptions } from './bench/client.ts'

interface TransportOptions {
  readonly tcp?: boolean
}

/** Runs the command that the arguments name; sets the exit code of the process when it fails. */
export async function run(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(argv)
  } catch (error) {
    process.stderr.write(`someip: ${describe(error)}\n`)
    process.exitCode = 1
  }
}

function createProgram(): Command {
  const program = new Command('someip').description(manifest.description).version(manifest.version)
  program.addHelpText('after', '\nConfigured by VSOMEIP_CONFIGURATION, VSOMEIP_APPLICATION_NAME and VSOMEIP_BASE_PATH.')
  addSamples(program.command('sample').description('run a counterpart of one of the examples of vsomeip'))
  addBench(program.command('bench').description('measure latency, throughput and event rate'))
  return program
}

function addSamples(samples: Command): void {
  samples
    .command('hello-world-service')
    .description('greet; ends 5 s after the first request')
    .action(async () => (await import('./samples/hello-world-service.ts')).helloWorldService())
  samples
    .command('hello-world-client')
    .description('ask to be greeted')
    .action(async () => (await import('./samples/hello-world-client.ts')).helloWorldClient())
  transportOptions(samples.command('request').description('call a method again and again'))
    .option('--cycle <ms>', 'time between two calls', parseCount, 1000)
    .option('--quiet', 'send nothing')
    .action(async (options) => (await import('./samples/request.ts')).request(options))
  transportOptions(samples.command('response').description('answer calls of a method'))
    .option('--static-routing', 'the service stays offered, as it does anyway')
    .action(async () => (await import('./samples/response.ts')).response())
  transportOptions(samples.command('notify').description('notify of a field'))
    .option('--cycle <ms>', 'time between two notifications', parseCount, 1000)
    .action(async (options) => (await import('./samples/notify.ts')).notify(options))
  transportOptions(samples.command('subscribe').description('subscribe to a field, get and set it')).action(
    async (options: TransportOptions) => (await import('./samples/subscribe.ts')).subscribe(options),
  )
}

function addBench(bench: Command): void {
  bench
    .command('service')
    .description('echo requests (0x0421) and send bursts of events (0x0422)')
    .argument('[transport]', 'udp or tcp: what the events go by', parseTransport, 'unreliable')
    .action(async (transport) => (await import('./bench/service.ts')).benchService(transport))
  bench
    .command('client')
    .description('measure a service')
    .argument('<kind>', 'lat: one call after the other; win: calls in a window; ev: events', parseKind)
    .argument('<transport>', 'udp or tcp', parseTransport)
    .argument('<count>', 'calls or events', parseCount)
    .argument('<bytes>', 'payload of each', parseCount)
    .argument('[window-or-gap]', 'win: calls at a time; ev: microseconds between events', parseCount)
    .option('--json', 'print one line of JSON')
    .action(async (kind, transport, count, bytes, extra, { json }: { json?: boolean }) => {
      const options: BenchClientOptions = { kind, transport, count, bytes, extra, json: json ?? false }
      await (await import('./bench/client.ts')).benchClient(options)
    })
}

function transportOptions(command: Command): Command {
  return command.option('--udp', 'use UDP (default)').option('--tcp', 'use TCP')
}

function parseTransport(text: string): 'reliable' | 'unreliable' {
  if (text === 'tcp') return 'reliable'
  if (text === 'udp') return 'unreliable'
  throw new InvalidArgumentError('expected udp or tcp')
}

function parseKind(text: string): string {
  if (['lat', 'win', 'ev'].includes(text)) return text
  throw new InvalidArgumentError('expected lat, win or ev')
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a number')
  return Number(text)
}

function describe(error: unknown): string {
  if (error instanceof AppError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error)
}
