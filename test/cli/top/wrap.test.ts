import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Cut } from '../../../cli/top/wrap.ts'

const cut = await Cut.load()

test('wrapped() cuts a text into rows, by columns and not by characters', () => {
  assert.equal(cut.wrapped('abcdef', 4), ['abcd', 'ef'])
  assert.equal(cut.wrapped('', 4), [''])
  assert.equal(cut.wrapped('日本語', 4), ['日本', '語'])
  assert.equal(cut.wrapped('a\tb', 20), [`a${' '.repeat(7)}b`])
})

test('wrapped() ends the colors of each row, and begins the next one with them', () => {
  assert.equal(cut.wrapped('\u001b[31mabcd\u001b[0mef', 3), ['\u001b[31mabc\u001b[0m', '\u001b[31md\u001b[0mef'])
})

test('fitted() has exactly so many columns, with a … where something is missing', () => {
  assert.is(cut.fitted('abc', 5), 'abc  ')
  assert.is(cut.fitted('abcdef', 4), 'abc…')
  assert.is(cut.fitted('日本語', 4), '日… ')
  for (const columns of [2, 3, 7]) assert.is(cut.width(cut.fitted('日本語 and more', columns)), columns)
})

test.run()
