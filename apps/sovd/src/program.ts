import { AppError, messageOf } from '@opensovd/base'
import { Command, type CommanderError } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import type { ConformanceOptions } from './commands/conformance.ts'
import type { DemoOptions } from './commands/demo.ts'
import type { DemoEcuCommandOptions } from './commands/demo-ecu.ts'
import type { DiscoverOptions } from './commands/discover.ts'
import type { DocsExportOptions } from './commands/docs-export.ts'
import type { EcuSimOptions } from './commands/ecu-sim.ts'
import type { FlashCommandOptions } from './commands/flash.ts'
import type { LintOptions } from './commands/lint.ts'
import type { UdsCommandOptions } from './commands/uds.ts'
import { ConfigError } from './config/problem.ts'
import {
  collect,
  collectHeader,
  parseByte,
  parseCount,
  parseCredentials,
  parseLogicalAddress,
  parseMemoryAddress,
  parsePort,
  parseRounds,
  parseSeconds,
  parseSeed,
} from './option-values.ts'

/** Runs the command that the arguments name; sets the exit code of the process when it fails. */
export async function run(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(argv)
  } catch (error) {
    process.stderr.write(`sovd: ${describe(error)}\n`)
    process.exitCode = error instanceof ConfigError ? 2 : 1
  }
}

/** Each command is loaded when it is run: none pays for what another needs. */
function createProgram(): Command {
  const program = new Command('sovd').description(manifest.description).version(manifest.version)
  program
    .command('serve')
    .description('run the gateway')
    .option('--config <file>', 'configuration file (default: ./sovd.toml if there is one)')
    .action(async (options: { config?: string }) => (await import('./commands/serve.ts')).serve(options.config))
  program
    .command('demo')
    .description('run a demo ECU, simulated ECUs behind DoIP, and a gateway in front of them')
    .option('--port <number>', 'port of the gateway (default: 8080)', parsePort)
    .option('--ecu-port <number>', 'port of the demo ECU', parsePort, 3001)
    .option('--doip-port <number>', 'port of the simulated ECUs; 0 takes any free one', parsePort, 0)
    .action(async (options: DemoOptions) => (await import('./commands/demo.ts')).demo(options))
  program
    .command('demo-ecu')
    .description('run the demo ECU alone')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes any free one', parsePort, 3001)
    .option('--static', 'values stay as they are until they are written')
    .option('--seed <number>', 'values change the same way each time', parseSeed)
    .action(async (options: DemoEcuCommandOptions) => (await import('./commands/demo-ecu.ts')).demoEcu(options))
  program
    .command('check-config')
    .description('say what is wrong with a configuration, environment included; exit code 2 if anything is')
    .argument('<file>')
    .action(async (file: string) => (await import('./commands/check-config.ts')).checkConfig(file))
  program
    .command('ecu-sim')
    .description('simulate the ECUs of a description behind a DoIP gateway')
    .argument('<file>', 'description in YAML or JSON')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on, TCP and UDP; 0 takes any free ones', parsePort, 13400)
    .action(async (file: string, options: EcuSimOptions) =>
      (await import('./commands/ecu-sim.ts')).ecuSim(file, options),
    )
  program
    .command('discover')
    .description('look for DoIP entities and SOVD servers; exit code 1 if there are none')
    .option('--interface <name>', 'ask only there; may be repeated (default: all but the loopback)', collect, [])
    .option('--address <address>', 'ask only this IPv4 or IPv6 address or group; may be repeated', collect, [])
    .option('--port <number>', 'UDP port of DoIP entities', parsePort, 13400)
    .option('--timeout <seconds>', 'how long to wait for answers', parseSeconds, 2)
    .option('--vin <text>', 'ask only the DoIP entities of this vehicle')
    .option('--eid <hex>', 'ask only the DoIP entity with this EID')
    .option('--json', 'as JSON')
    .exitOverride(exitAsTool)
    .action(async (options: DiscoverOptions) => (await import('./commands/discover.ts')).discover(options))
  program
    .command('uds')
    .description('send UDS requests to an ECU; exit code 1 if it refuses one, 3 if nobody answers')
    .argument('<ecu>', 'logical address such as 0x1001, or its id in the description')
    .argument('<hex...>', 'requests, each an argument of its own: 22f190')
    .option('--description <file>', 'description of the ECUs in YAML or JSON: names, keys, what data mean')
    .option('--host <address>', 'address of the DoIP entity', '127.0.0.1')
    .option('--port <number>', 'its TCP port', parsePort, 13400)
    .option('--tester <address>', 'logical address of this tester', parseLogicalAddress, 0x0e81)
    .option('--activation-type <number>', 'of the routing activation', parseByte, 0)
    .option('--session <id or number>', 'enter it first; may be repeated', collect, [])
    .option('--security <id or number>', 'unlock this level first, with the key of the description')
    .option('--p2 <ms>', 'how long the ECU may take to answer (default: 50)', parseCount)
    .option('--repeat <number>', 'send all requests so often; 0 goes on until Ctrl-C', parseRounds, 1)
    .option('--every <seconds>', 'pause between two rounds', parseSeconds, 1)
    .option('--keep-going', 'go on after a refused request')
    .option('--json', 'one line of JSON for each request')
    .exitOverride(exitAsTool)
    .action(async (ecu: string, hex: readonly string[], options: UdsCommandOptions) =>
      (await import('./commands/uds.ts')).uds(ecu, hex, options),
    )
  program
    .command('flash')
    .description('program an ECU; exit code 0 only when the ECU has verified it')
    .argument('<ecu>', 'its id in the description, or at the gateway')
    .argument('<file>', 'what is programmed, as it is to stand in memory')
    .requiredOption('--address <number>', 'where in the memory of the ECU: 0x80000', parseMemoryAddress)
    .option('--description <file>', 'description of the ECUs in YAML or JSON, with the way to program')
    .option('--fingerprint <value>', 'what is written as the fingerprint of who programs')
    .option('--host <address>', 'address of the DoIP entity', '127.0.0.1')
    .option('--port <number>', 'its TCP port', parsePort, 13400)
    .option('--tester <address>', 'logical address of this tester', parseLogicalAddress, 0x0e81)
    .option('--activation-type <number>', 'of the routing activation', parseByte, 0)
    .option('--url <address>', 'let this gateway program it')
    .option('--component <id>', 'id of the component at the gateway (default: <ecu>)')
    .option('--header <name: value>', 'header of every request to the gateway; may be repeated', collectHeader, {})
    .exitOverride(exitAsTool)
    .action(async (ecu: string, file: string, options: FlashCommandOptions) =>
      (await import('./commands/flash.ts')).flash(ecu, file, options),
    )
  const docs = program.command('docs').description('descriptions of what a vehicle can do')
  docs
    .command('export')
    .description('describe everything that the backends of a configuration have, as one OpenAPI 3.1 document')
    .option('--config <file>', 'configuration file (default: ./sovd.toml if there is one)')
    .option('-o, --output <file>', 'where to write it (default: the standard output)')
    .option('--partial', 'write it also when some of it could not be had')
    .option('--timeout <seconds>', 'how long to ask the backends', parseSeconds, 30)
    .action(async (options: DocsExportOptions) => (await import('./commands/docs-export.ts')).docsExport(options))
  program
    .command('lint')
    .description('say what a capability description has against the standard; exit code 1 if there is something')
    .argument('<file or address>', 'an OpenAPI document in JSON')
    .exitOverride(exitAsTool)
    .option('--json', 'as JSON')
    .action(async (place: string, options: LintOptions) =>
      (await import('./commands/lint.ts')).lintDescription(place, options),
    )
  program
    .command('conformance')
    .description('check a SOVD server from outside against ISO 17978-3; exit code 1 if something is wrong')
    .argument('<address>', 'of the API, or of what has version-info')
    .option('--write', 'make changes too, and undo them as far as possible')
    .option('--disrupt', 'clear, restart, update and delete too')
    .option('--only <text>', 'check only operations with this in their name, such as "/locks"')
    .option('--junit <file>', 'write a JUnit report')
    .option('--header <name: value>', 'header of every request; may be repeated', collectHeader, {})
    .option('--client <id:secret>', 'credentials that the server gives a token for', parseCredentials)
    .option('--timeout <seconds>', 'how long one request may take', parseSeconds, 10)
    .exitOverride(exitAsTool)
    .action(async (address: string, options: ConformanceOptions) =>
      (await import('./commands/conformance.ts')).conformance(address, options),
    )
  return program
}

/** Wrong use ends with 2, as 1 says that something was found. */
function exitAsTool({ exitCode }: CommanderError): never {
  process.exit(exitCode === 0 ? 0 : 2)
}

function describe(error: unknown): string {
  if (error instanceof ConfigError) {
    const { length } = error.problems
    return `the configuration has ${length} problem${length === 1 ? '' : 's'}\n${error.message}`
  }
  if (error instanceof AppError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error)
}
