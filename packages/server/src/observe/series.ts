import { DurationHistogram } from './histogram.ts'

/** One label set: how often, by how it ended, and how long it took. */
export class Series<Outcome> {
  /** As in the text format, without braces. */
  readonly labels: string
  readonly outcomes = new Map<Outcome, number>()
  readonly durations = new DurationHistogram()

  constructor(labels: Readonly<Record<string, string>>) {
    this.labels = Object.entries(labels)
      .map(([name, value]) => `${name}="${escaped(value)}"`)
      .join(',')
  }

  observe(outcome: Outcome, durationMs: number): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1)
    this.durations.observe(durationMs / 1000)
  }
}

export interface Metric {
  readonly name: string
  readonly help: string
}

/** A counter by outcome and a histogram of durations, for all series that have seen anything. */
export function renderSeries<Outcome>(
  series: Iterable<Series<Outcome>>,
  counter: Metric & { readonly outcomeLabel: string },
  duration: Metric,
): string {
  const used = [...series].filter(({ outcomes }) => outcomes.size > 0)
  return [
    `# HELP ${counter.name} ${counter.help}`,
    `# TYPE ${counter.name} counter`,
    ...used.flatMap(({ labels, outcomes }) =>
      Array.from(
        outcomes,
        ([outcome, count]) => `${counter.name}{${labels},${counter.outcomeLabel}="${outcome}"} ${count}`,
      ),
    ),
    `# HELP ${duration.name} ${duration.help}`,
    `# TYPE ${duration.name} histogram`,
    ...used.flatMap(({ labels, durations }) => durations.lines(duration.name, labels)),
    '',
  ].join('\n')
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
