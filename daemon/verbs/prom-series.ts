// The series of metrics as text, by prom-client. It looks up and copies the labels of each value that it is told, which is most of what a
// scrape of 1,000 pods would cost: samples that are put become lines at once, below the head that it makes.
import type { Make, Series } from './series.ts'

type Client = Pick<typeof import('prom-client'), 'Counter' | 'Gauge' | 'Registry'>

export function promSeries({ Counter, Gauge, Registry }: Client): {
  make: Make
  type: string
  text(): Promise<string>
} {
  const registry = new Registry()
  const lines = new Map<string, string[]>()
  const made =
    (Kind: typeof Gauge | typeof Counter) =>
    (of: string, help: string, labelNames: readonly string[] = []): Series => {
      const name = `p8a_${of}`
      const metric = new Kind({ name, help, labelNames: [...labelNames], registers: [registry] })
      const put: string[] = []
      lines.set(name, put)
      return {
        add: (value, labels = {}) => metric.inc(labels, value),
        put: (value, labels) => put.push(`${name}{${labels}} ${value}`),
      }
    }
  return {
    make: { gauge: made(Gauge), counter: made(Counter) },
    type: registry.contentType,
    async text() {
      const parts = [...lines].map(async ([name, put]) =>
        [await registry.getSingleMetricAsString(name), ...put].join('\n'),
      )
      return `${(await Promise.all(parts)).join('\n\n')}\n`
    },
  }
}
