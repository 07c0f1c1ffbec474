import type { JsonObject } from '@opensovd/base'

/** How a value of a unit follows from that in SI units: multiplied by the first number, then the second added. */
type Conversion = readonly [factor: number, offset?: number]

const HOUR = 3600

/** Units that sources name, by the spelling they use. Percent and the like are numbers without a dimension. */
const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  '%': [100],
  '‰': [1000],
  ppm: [1e6],
  V: [1],
  mV: [1000],
  kV: [0.001],
  A: [1],
  mA: [1000],
  kA: [0.001],
  Ω: [1],
  ohm: [1],
  mΩ: [1000],
  kΩ: [0.001],
  W: [1],
  kW: [0.001],
  J: [1],
  kJ: [0.001],
  Wh: [1 / HOUR],
  kWh: [1 / (1000 * HOUR)],
  Ah: [1 / HOUR],
  K: [1],
  '°C': [1, -273.15],
  degC: [1, -273.15],
  '°F': [1.8, -459.67],
  m: [1],
  mm: [1000],
  cm: [100],
  km: [0.001],
  'm/s': [1],
  'km/h': [3.6],
  kph: [3.6],
  s: [1],
  ms: [1000],
  min: [1 / 60],
  h: [1 / HOUR],
  Hz: [1],
  kHz: [0.001],
  rpm: [60],
  '1/min': [60],
  Pa: [1],
  hPa: [0.01],
  kPa: [0.001],
  bar: [1e-5],
  mbar: [0.01],
  kg: [1],
  g: [1000],
  N: [1],
  Nm: [1],
  rad: [1],
  '°': [180 / Math.PI],
  deg: [180 / Math.PI],
  l: [1000],
  lx: [1],
}

/** The value of `x-sovd-unit` for a unit, or nothing where its relation to SI units is not known [17978-3 6.2]. */
export function sovdUnit(name: string): JsonObject | undefined {
  const conversion = Object.hasOwn(CONVERSIONS, name) ? CONVERSIONS[name] : undefined
  if (!conversion) return undefined
  const [factor, offset] = conversion
  return {
    display_name: name,
    factor_si_to_unit: factor,
    ...(offset === undefined ? {} : { offset_si_to_unit: offset }),
  }
}
