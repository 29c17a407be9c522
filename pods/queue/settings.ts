// What a queue may be told at its start, as params: how much of what has ended it keeps, and how large things may be.
import type { Params } from 'p8a'
import { durationMs } from 'p8a/values'
import type { Keep } from './kept-ends.ts'

export type Settings = {
  /** How large the arguments of an item may be, and a result that is kept, as JSON. */
  maxItemBytes: number
  maxResultBytes: number
  /** How many of the values that an item streams are kept, the last ones. */
  keepValues: number
  keep: Keep
}

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
  const value = durationMs(text)
  if (value !== undefined) return value
  throw new Error(`${name} is no time such as 30s, 1h or 7d: ${JSON.stringify(text)}`)
}
