import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { originsIn, placeAt } from '../../../cli/bundle/origins.ts'

/** Maps the first column of the third line to the second line of a source. */
const mapTo = (source: string) => JSON.stringify({ version: 3, sources: [source], names: [], mappings: ';;AACA' })

test('originsIn() finds the file by the comment before its code, and the line by the map', () => {
  const code = 'helper()\n// lib/a.js\ncode()\n'
  const originOf = originsIn({ code, map: mapTo('lib/a.js'), inputs: new Set(['lib/a.js']) })
  assert.equal(originOf(code.indexOf('code()')), { file: 'lib/a.js', line: 2, column: 1, source: '' })
  assert.is(originOf(0), undefined, 'code of the bundler itself')
})

test('originsIn() names the file of a package, whatever the map of the package says', () => {
  const code = '\n// node_modules/p/i.js\ncode()\n'
  const originOf = originsIn({ code, map: mapTo('src/i.ts'), inputs: new Set(['node_modules/p/i.js']) })
  assert.is(originOf(code.indexOf('code()'))?.file, 'node_modules/p/i.js')
})

test('placeAt() counts lines and columns from 1', () => {
  const at = (offset: number) => placeAt('ab\ncd', { file: 'x', offset })
  assert.equal(at(0), { file: 'x', line: 1, column: 1, source: 'ab' })
  assert.equal(at(4), { file: 'x', line: 2, column: 2, source: 'cd' })
})

test.run()
