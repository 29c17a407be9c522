// What a queue may be told at its start, as params: how much of what has ended it keeps, and how large things may be.
import type { Params } from 'p8a'
import type { Keep } from './store.ts'

export type Settings = {
  /** How large the arguments of an item may be, and a result that is kept, as JSON. */
  maxItemBytes: number
  maxResultBytes: number
  /** How many of the values that an item streams are kept, the last ones. */
  keepValues: number
  keep: Keep
}

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** @throws {Error} about what cannot be read, or is not known */
export function settingsOf(params: Params): Settings {
  const unknown = Object.keys(params).find(name => !known.includes(name))
  if (unknown !== undefined) throw new Error(`There is no setting "${unknown}". There are: ${known.join(', ')}`)
  const { keepDone = '1h', keepDoneItems = '1000', keepDead = '30d', keepDeadItems = '100000' } = params
  const dead = { forMs: timeOf('keepDead', keepDead), mostItems: numberOf('keepDeadItems', keepDeadItems) }
  return {
    maxItemBytes: numberOf('maxItemBytes', params.maxItemBytes ?? '1048576'),
    maxResultBytes: numberOf('maxResultBytes', params.maxResultBytes ?? '1048576'),
    keepValues: numberOf('keepValues', params.keepValues ?? '1000'),
    keep: {
      ended: {
        done: { forMs: timeOf('keepDone', keepDone), mostItems: numberOf('keepDoneItems', keepDoneItems) },
        dead,
        expired: dead,
        canceled: dead,
      },
      graceMs: 30_000,
      batch: 500,
    },
  }
}

const known = ['keepDone', 'keepDoneItems', 'keepDead', 'keepDeadItems', 'keepValues', 'maxItemBytes', 'maxResultBytes']

function numberOf(name: string, text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text)
  throw new Error(`${name} is no whole number: ${JSON.stringify(text)}`)
}

function timeOf(name: string, text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  if (amount !== undefined) return Number(amount) * units[unit as keyof typeof units]
  throw new Error(`${name} is no time such as 30s, 1h or 7d: ${JSON.stringify(text)}`)
}
