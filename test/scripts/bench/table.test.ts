// From samples to the page: cells, ratios, the table and its place in the page.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pageWith } from '../../../scripts/bench/page.ts'
import { type Results, rowResult, Samples } from '../../../scripts/bench/results.ts'
import { amount, markdownTable } from '../../../scripts/bench/table.ts'

const test = suite('table')

function samplesOf(own: number[], bare: number[]): Samples {
  const samples = new Samples()
  for (const value of own) samples.add('start', value)
  for (const value of bare) samples.addBare('start', value)
  return samples
}

const figure = { id: 'start', title: 'start', unit: 'ms', aim: 'at most 1.0×' } as const
const row = { id: 'start', title: 'a start', how: 'by hand.', figures: [figure] }
const managers = { p8a: { title: 'p8a', version: '1' }, pm2: { title: 'PM2', version: '2' } }

test('rowResult() has the ratio of a manager to the bare Node beside it, and all bare samples in one cell', () => {
  const own = samplesOf([20, 30, 40], [10, 10])
  const [result] = rowResult(
    row,
    new Map([
      ['p8a', own],
      ['pm2', samplesOf([100], [50])],
    ]),
  ).figures
  assert.is(result?.cells.p8a?.median, 30)
  assert.is(result?.cells.p8a?.ratio, 3)
  assert.is(result?.cells.pm2?.ratio, 2)
  assert.equal(result?.bare?.samples, [10, 10, 50])
})

test('rowResult() has no cell where there is no sample, and no ratio where nothing bare stands beside', () => {
  const [result] = rowResult(
    row,
    new Map([
      ['p8a', samplesOf([20], [])],
      ['pm2', new Samples()],
    ]),
  ).figures
  assert.equal(Object.keys(result?.cells ?? {}), ['p8a'])
  assert.is(result?.cells.p8a?.ratio, undefined)
  assert.is(result?.bare, undefined)
})

test('markdownTable() has a line for each figure and a column for each manager', () => {
  const rows = [rowResult(row, new Map([['p8a', samplesOf([20, 30, 41], [10, 10])]]))]
  assert.is(
    markdownTable({ rows, managers }),
    [
      '| row | bare Node | p8a | PM2 | aim |',
      '| --- | --- | --- | --- | --- |',
      '| `start` start | 10 ms | 30 ms (41 ms) **3.00×** | – | at most 1.0× |',
    ].join('\n'),
  )
})

test('markdownTable() marks what is above bare with a sign, and gives it no ratio', () => {
  const above = { ...row, figures: [{ ...figure, isAboveBare: true as const }] }
  const rows = [
    rowResult(
      above,
      new Map([
        ['p8a', samplesOf([3], [40])],
        ['pm2', samplesOf([-3], [40])],
      ]),
    ),
  ]
  assert.match(markdownTable({ rows, managers }), '| 40 ms | +3.0 ms | -3.0 ms |')
})

test('amount() has the digits that a value deserves', () => {
  assert.is(amount(2.24, 'ms'), '2.2 ms')
  assert.is(amount(224.4, 'ms'), '224 ms')
  assert.is(amount(5461, 'ms'), '5,461 ms')
  assert.is(amount(22_440.4, 'ms'), '22.4 s')
  assert.is(amount(75.66, 'MB'), '75.7 MB')
  assert.is(amount(36_643, 'lines'), '36,643')
  assert.is(amount(0, 'apps'), '0')
})

test('pageWith() replaces what is between the markers and nothing else', () => {
  const results: Results = {
    machine: { cpu: 'Z80', cores: 1, memoryGB: 1, kernel: '6', system: 'Linux', node: 'v26.0.0' },
    startedAt: '2026-11-20T10:00:00.000Z',
    tookMs: 60_000,
    isQuick: false,
    managers,
    notInstalled: ['runit'],
    rows: [rowResult(row, new Map())],
    failures: [{ row: 'start', manager: 'PM2', message: 'it was gone\nat line 1' }],
  }
  const page = 'Before\n<!-- The bench writes from here -->\nold\n<!-- to here -->\nAfter\n'
  const once = pageWith(page, results)
  assert.is(pageWith(once, results), once)
  assert.match(once, /^Before\n/)
  assert.match(once, /\nAfter\n$/)
  assert.not.match(once, 'old')
  assert.match(once, 'Measured 2026-11-20')
  assert.match(once, 'left out: runit')
  assert.match(once, 'Failed, and so not there: `start` with PM2')
  assert.match(once, '- `start`, a start: by hand.')
  assert.throws(() => pageWith('no markers', results), 'has no place')
})

test.run()
