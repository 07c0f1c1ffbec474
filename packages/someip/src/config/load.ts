import { resolve } from 'node:path'
import { assemble, routingHostOf } from './assemble.ts'
import type { Configuration } from './configuration.ts'
import { applicationNameFrom, type Environment } from './environment.ts'
import { DEFAULT_FOLDER, type LookupOptions, lookUpFiles } from './lookup.ts'
import { ConfigurationError, type Problem, Problems } from './problems.ts'
import { parseSource, readSource, type Source } from './source.ts'

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
  const mandatory = await readAll(found.mandatory, options, problems)
  const host = routingHostOf(mandatory)
  const isComplete = mandatory.length === 0 || host === '' || host === applicationName
  const others = isComplete ? await readAll(found.others, options, problems) : undefined
  const { environment, defaultFolder: configurationFolder = DEFAULT_FOLDER } = options
  const configuration = assemble({ mandatory, others }, { environment, configurationFolder }, problems)
  return {
    ...finish(configuration, problems, options.strict),
    applicationName,
    files: [...mandatory, ...(others ?? [])].map(({ file }) => file),
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
  return finish(assemble({ mandatory: [], others }, around, problems), problems, options.strict)
}

async function readAll(paths: readonly string[], options: LoadOptions, problems: Problems): Promise<readonly Source[]> {
  const sources: Source[] = []
  for (const path of paths) {
    const source = await readSource(path, resolve(options.workingDirectory, path), options.files, problems)
    if (source !== undefined) sources.push(source)
  }
  return sources
}

function finish(
  configuration: Configuration,
  problems: Problems,
  strict: boolean | undefined,
): Pick<LoadedConfiguration, 'configuration' | 'problems'> {
  const list = problems.list()
  if (strict && list.length > 0) throw new ConfigurationError(list)
  return { configuration, problems: list }
}
