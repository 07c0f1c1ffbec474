import { assemble, routingHostOf } from './assemble.ts'
import type { Configuration } from './configuration.ts'
import { applicationNameFrom, type Environment } from './environment.ts'
import { DEFAULT_FOLDER, type LookupOptions, lookUpFiles } from './lookup.ts'
import { ConfigurationError, type Problem, Problems } from './problems.ts'
import { parseSource, readSources } from './source.ts'

export interface LoadOptions extends LookupOptions {
  /** Refuse a configuration with any problem instead of falling back as vsomeip does. */
  readonly strict?: boolean | undefined
}

export interface LoadedConfiguration {
  /** As given, or from VSOMEIP_APPLICATION_NAME. */
  readonly applicationName: string
  readonly configuration: Configuration
  /** In the order of finding; empty if all is well. */
  readonly problems: readonly Problem[]
  /** The files that were read, in that order. */
  readonly files: readonly string[]
  /** Files of a folder that were left out because of their names. */
  readonly skippedFiles: readonly string[]
}

/**
 * Loads the configuration of an application from where vsomeip looks for it. Whatever is wrong with the files is
 * listed in `problems`, and the value that vsomeip falls back to is used.
 * @throws ConfigurationError if `strict` is set and there is any problem
 */
export async function loadConfiguration(options: LoadOptions): Promise<LoadedConfiguration> {
  const applicationName = applicationNameFrom(options.applicationName, options.environment)
  const problems = new Problems()
  const found = await lookUpFiles({ ...options, applicationName }, problems)
  const mandatory = await readSources(found.mandatory, options, problems)
  const host = routingHostOf(mandatory)
  const isComplete = mandatory.length === 0 || host === '' || host === applicationName
  const others = isComplete ? await readSources(found.others, options, problems) : undefined
  const { environment, defaultFolder: configurationFolder = DEFAULT_FOLDER } = options
  const configuration = assemble({ mandatory, others }, { environment, configurationFolder }, problems)
  const files = [...mandatory, ...(others ?? [])].map(({ file }) => file)
  return {
    ...finish(configuration, problems.list(files), options.strict),
    applicationName,
    files,
    skippedFiles: found.skipped,
  }
}

export interface ParseOptions {
  /** Texts of files, in the order of reading. All sections are read from all of them. */
  readonly files: readonly { readonly file: string; readonly text: string }[]
  readonly environment?: Environment | undefined
  readonly strict?: boolean | undefined
}

/**
 * The configuration that some texts give; without any, all defaults.
 * @throws ConfigurationError if `strict` is set and there is any problem
 */
export function parseConfiguration(options: ParseOptions): Pick<LoadedConfiguration, 'configuration' | 'problems'> {
  const problems = new Problems()
  const others = options.files
    .map(({ file, text }) => parseSource(file, text, problems))
    .filter((source) => source !== undefined)
  const around = { environment: options.environment ?? {}, configurationFolder: DEFAULT_FOLDER }
  const configuration = assemble({ mandatory: [], others }, around, problems)
  const names = options.files.map(({ file }) => file)
  return finish(configuration, problems.list(names), options.strict)
}

function finish(
  configuration: Configuration,
  problems: readonly Problem[],
  strict: boolean | undefined,
): Pick<LoadedConfiguration, 'configuration' | 'problems'> {
  if (strict && problems.length > 0) throw new ConfigurationError(problems)
  return { configuration, problems }
}
