/** What a signal may say that its numbers are of. */
export interface VssUnit {
  readonly name: string
  /** Data types of signals that may have it, `numeric` being all of numbers; absent: any. */
  readonly datatypes?: readonly string[]
}

/** By all that they are called. */
export type VssUnits = ReadonlyMap<string, VssUnit>

/**
 * The units of COVESA VSS 3.1 to 6.0 and of what comes next, by what they measure. Units of one quantity that have a size are multiples of each
 * other, exactly: so many of what the smallest of them counts in. Where that is no whole number, or there is more to it
 * than a factor, there is no size.
 */
const QUANTITIES = {
  length: { mm: 10, cm: 100, m: 10_000, km: 10_000_000, inch: 254 },
  velocity: { 'km/h': 1000, 'm/s': 3600 },
  acceleration: { 'm/s^2': 100, 'cm/s^2': 1 },
  volume: { ml: 1, l: 1000, 'cm^3': 1 },
  temperature: { Celsius: 1, celsius: 1, Fahrenheit: undefined },
  angle: { degrees: 1 },
  'angular-speed': { 'degrees/s': 1, 'rad/s': undefined },
  power: { W: 1, kW: 1000, PS: undefined },
  work: { kWh: 1000 },
  mass: { g: 100_000, kg: 100_000_000, lbs: 45_359_237 },
  voltage: { V: 1000 },
  'electric-current': { A: 1000 },
  'electric-charge': { Ah: 1000 },
  duration: {
    ns: 1,
    us: 1e3,
    ms: 1e6,
    s: 1e9,
    min: 60e9,
    h: 3600e9,
    day: 86_400e9,
    weeks: 604_800e9,
    months: undefined,
    years: undefined,
  },
  datetime: { 'unix-time': 1, 'UNIX Timestamp': 1, iso8601: undefined },
  pressure: { Pa: 1, hPa: 100, kPa: 1000, mbar: 100, psi: undefined },
  rating: { stars: 1 },
  'mass-per-time': { 'g/s': 1 },
  'mass-per-distance': { 'g/km': 1 },
  'energy-consumption-per-distance': { 'kWh/100km': 10, 'Wh/km': 1 },
  'volume-per-distance': { 'ml/100km': 1, 'l/100km': 1000 },
  'volume-flow-rate': { 'l/h': 1 },
  'distance-per-volume': { 'mpg-us': undefined, 'mpg-uk': undefined, mpge: undefined, mpg: undefined, 'km/l': 1 },
  'precipitation-rate': { 'mm/h': 1 },
  force: { N: 1, kN: 1000 },
  torque: { Nm: 1 },
  'rotational-speed': { rpm: 1 },
  frequency: { Hz: 60, cpm: 1, bpm: undefined },
  relation: { ratio: 100, percent: 1, 'nm/km': undefined, dBm: undefined, dB: undefined },
  resistance: { Ohm: 1 },
  illuminance: { lx: 1 },
} as const satisfies Readonly<Record<string, Sizes>>

type Sizes = Readonly<Record<string, number | undefined>>
type Quantity = keyof typeof QUANTITIES

/** Units that VSS has not, and ECUs have. */
const FURTHER: { readonly [Q in Quantity]?: Sizes } = {
  work: { Wh: 1 },
  voltage: { mV: 1, kV: 1_000_000 },
  'electric-current': { mA: 1 },
  'electric-charge': { mAh: 1 },
  pressure: { bar: 100_000 },
}

/** What units of VSS are written as on displays. */
const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ['%', 'percent'],
  ['°C', 'Celsius'],
  ['°F', 'Fahrenheit'],
  ['°', 'degrees'],
  ['1', 'ratio'],
  ['Ω', 'Ohm'],
])

const DATATYPES: Readonly<Record<string, readonly string[]>> = {
  'unix-time': ['uint32', 'uint64', 'int64'],
  iso8601: ['string'],
}

/** The units of VSS itself. */
export const VSS_UNITS: VssUnits = new Map(
  Object.values(QUANTITIES)
    .flatMap((sizes) => Object.keys(sizes))
    .map((name) => [name, { name, datatypes: DATATYPES[name] ?? ['numeric'] }]),
)

const SIZES = new Map(
  [...Object.entries<Sizes>(QUANTITIES), ...Object.entries(FURTHER)].flatMap(([quantity, sizes]) =>
    Object.entries(sizes).map(([name, size]) => [name, { quantity, size }] as const),
  ),
)

/** A fraction of whole numbers. */
export interface UnitRatio {
  readonly of: number
  readonly per: number
}

export const ONE_TO_ONE: UnitRatio = { of: 1, per: 1 }

/** What a number of one unit is multiplied by and then divided by for another; none where that is not known exactly. */
export function ratioOf(one: string | undefined, other: string | undefined): UnitRatio | undefined {
  if (one === undefined || other === undefined) return undefined
  const [a, b] = [nameOf(one), nameOf(other)]
  if (a === b) return ONE_TO_ONE
  const [from, to] = [SIZES.get(a), SIZES.get(b)]
  if (from?.size === undefined || to?.size === undefined || from.quantity !== to.quantity) return undefined
  return { of: from.size, per: to.size }
}

/** What a unit is called where it is not written as on displays. */
export function nameOf(unit: string): string {
  return SYMBOLS.get(unit) ?? unit
}
