import type { DoipBackendOptions, Interlock, MemoryWindow } from '@opensovd/backends/doip'
import { fromHex } from '@opensovd/base/bytes'
import type { EcuDescription } from '@opensovd/ecu'
import type { DoipBackendConfig } from '../config/doip-backend.ts'
import { ConfigError, type Problem } from '../config/problem.ts'
import { readDescriptionFile } from './description-file.ts'

/**
 * What a backend of ECUs is made with: its configuration, judged by the description of its ECUs.
 * @throws ConfigError with everything that is wrong with the description, or with what the configuration wants of it
 */
export function doipSource(
  config: DoipBackendConfig,
  description = readDescriptionFile(config.descriptionFile),
): DoipBackendOptions {
  const described = description.ecus
  const problems: Problem[] = []
  const ecus = selectEcus(described, config, problems)
  const memory = config.memory.map(({ ecu, address, size, write }, index): MemoryWindow => {
    requireEcu(ecus, ecu, `${config.path}.memory[${index}].ecu`, problems)
    return { ecu, address, size, isWritable: write }
  })
  const interlocks = config.interlocks.map((_, index) => interlockOf(config, index, ecus, problems))
  if (problems.length > 0) throw new ConfigError(problems)
  const { activationOem } = config
  return {
    name: config.name,
    connection: { ...config.connection, ...(activationOem !== undefined && { oem: fromHex(activationOem) }) },
    uds: config.uds,
    ecus,
    presenceMs: config.presenceMs,
    testerPresentMs: config.testerPresentMs,
    sessionIdleMs: config.sessionIdleMs,
    memory,
    interlocks,
    isRawAllowed: config.isRawAllowed,
    refusals: new Map(config.refusals),
  }
}

function selectEcus(
  described: readonly EcuDescription[],
  { ecuIds, path }: DoipBackendConfig,
  problems: Problem[],
): readonly EcuDescription[] {
  for (const [index, id] of ecuIds.entries()) requireEcu(described, id, `${path}.ecus[${index}]`, problems)
  return ecuIds.length === 0 ? described : described.filter(({ id }) => ecuIds.includes(id))
}

function requireEcu(
  ecus: readonly EcuDescription[],
  id: string,
  path: string,
  problems: Problem[],
): EcuDescription | undefined {
  const found = ecus.find((ecu) => ecu.id === id)
  if (!found)
    problems.push({ path, message: `there is no ECU "${id}"; there are ${ecus.map((ecu) => ecu.id).join(', ')}` })
  return found
}

function interlockOf(
  { interlocks, path, udpPort }: DoipBackendConfig,
  index: number,
  ecus: readonly EcuDescription[],
  problems: Problem[],
): Interlock {
  const { guards = [], power_mode_ready, ecu = '', data = '', equals, minimum, maximum } = interlocks[index] ?? {}
  const about = guards.length > 0 ? { guards } : {}
  if (power_mode_ready) return { ...about, kind: 'powerMode', udpPort }
  const at = `${path}.interlocks[${index}]`
  const found = requireEcu(ecus, ecu, `${at}.ecu`, problems)
  if (found && !found.data.some(({ id }) => id === data)) {
    problems.push({ path: `${at}.data`, message: `"${ecu}" has no "${data}"` })
  }
  const isSimple = typeof equals === 'number' || typeof equals === 'string' || typeof equals === 'boolean'
  return {
    ...about,
    kind: 'data',
    ecu,
    data,
    ...(isSimple && { equals }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  }
}
