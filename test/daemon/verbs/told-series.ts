// Series of metrics that only note what they are told.
import { labelText, type Make } from '../../../daemon/verbs/series.ts'

export function toldSeries(): { make: Make; told: [name: string, value: number, labels: string][] } {
  const told: [string, number, string][] = []
  const one: Make['gauge'] = name => ({
    add: (value, labels = {}) => told.push([name, value, labelText(labels)]),
    put: (value, labels) => told.push([name, value, labels]),
  })
  return { make: { gauge: one, counter: one }, told }
}
