// The command line of the bench.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { helpText, readOptions } from '../../../scripts/bench/options.ts'

const test = suite('options')

test('readOptions() takes all rows and all peers unless some are named', () => {
  const { rows, peers, isQuick, rounds, thousand, doesBuild } = readOptions([])
  assert.equal(
    [rows, peers, isQuick, rounds, thousand, doesBuild],
    [undefined, undefined, false, undefined, 1000, true],
  )
})

test('readOptions() reads lists, and `none` as an empty one', () => {
  const options = readOptions(['--rows', 'list, start', '--peers', 'none', '--quick', '--rounds', '2', '--no-build'])
  assert.equal(options.rows, ['list', 'start'])
  assert.equal(options.peers, [])
  assert.equal([options.isQuick, options.rounds, options.doesBuild], [true, 2, false])
})

test('readOptions() refuses what it does not know, and counts that are none', () => {
  assert.throws(() => readOptions(['--row', 'list']), /--row/)
  assert.throws(() => readOptions(['--rounds', 'many']), /--rounds must be a whole number above 0: "many"/)
  assert.throws(() => readOptions(['--thousand', '0']), /--thousand/)
})

test('helpText() names rows and peers', () => {
  const text = helpText([{ id: 'list', title: 'a list' }], ['s6'])
  assert.match(text, /list {2}a list/)
  assert.match(text, 's6')
})

test.run()
