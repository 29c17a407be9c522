import { readFileSync, statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { historyFile, keepLine, maxHistoryLines, readHistory } from '../../../cli/shell/history.ts'
import { type Scratch, scratch } from '../../scratch.ts'

function withConfig(): Scratch {
  const at = scratch()
  process.env.XDG_CONFIG_HOME = at.dir
  return at
}

test('readHistory() has the lines that were kept, the newest first, for this user alone', () => {
  using _at = withConfig()
  assert.equal(readHistory(), [])
  for (const line of ['status', 'start web']) keepLine(line)
  assert.equal(readHistory(), ['start web', 'status'])
  assert.is(statSync(historyFile()).mode & 0o777, 0o600)
})

test('keepLine() keeps no line that is empty or begins with a blank, so that a secret may be typed', () => {
  using _at = withConfig()
  for (const line of ['', '  ', ' start web --password x', 'stop web']) keepLine(line)
  assert.equal(readHistory(), ['stop web'])
})

test('readHistory() has no more than so many, and cuts the file where it has grown to twice that', () => {
  using at = withConfig()
  const lines = Array.from({ length: 2 * maxHistoryLines + 1 }, (_, nth) => `line ${nth}`)
  const file = at.file('p8a/shell-history', `${lines.join('\n')}\n`)
  const read = readHistory()
  assert.equal([read.length, read[0]], [maxHistoryLines, lines.at(-1)])
  assert.is(readFileSync(file, 'utf8').split('\n').length, maxHistoryLines + 1)
})

test('keepLine() that cannot be done ends nothing', () => {
  using at = scratch()
  process.env.XDG_CONFIG_HOME = at.file('file', '')
  keepLine('status')
  assert.equal(readHistory(), [])
})

test.run()
