import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { asksIn } from '../../../cli/bundle/requires.ts'
import { parseScript, standInFor } from '../../../cli/bundle/stand-in.ts'

const asks = (text: string) => {
  const program = parseScript(text)
  return (program ? asksIn(program) : []).map(({ how, what, isTried }) => [how, what, isTried])
}

test('asksIn() finds what a file asks for, by name or by the parts of a path, and whether a failure is caught', () => {
  assert.equal(
    asks(`require('a'); try { require("b") } catch {} finally { require('c') }; import('d'); require.resolve('e')`),
    [
      ['require', { text: 'a' }, false],
      ['require', { text: 'b' }, true],
      ['require', { text: 'c' }, false],
      ['import', { text: 'd' }, false],
      ['resolve', { text: 'e' }, false],
    ],
  )
  assert.equal(asks("require('./x/' + a + '.js'); require(`../${b}`); require('x' + c); require(d)"), [
    ['require', { parts: ['./x/', '.js'] }, false],
    ['require', { parts: ['../', ''] }, false],
    ['require', undefined, false],
    ['require', undefined, false],
  ])
})

test('asksIn() does not take another require for the one of the file', () => {
  assert.equal(
    asks(`(function (require) { require('a') })(x); function f() { var require = y; require('b') }; require('c')`),
    [['require', { text: 'c' }, false]],
  )
})

test('standInFor() stands in for sloppy CommonJS only', () => {
  assert.match(standInFor('exports.a = 1', 'a.js')?.contents ?? '', 'exports.a = 1')
  for (const text of [
    `'use strict'; exports.a = 1`,
    `/* a */ // b\n"use strict"`,
    'export const a = 1',
    'await 1',
    'const = 1',
  ])
    assert.is(standInFor(text, 'a.js'), undefined, text)
})

test('standInFor() knows the place that a line of it asks for, and keeps each column', () => {
  const text = `#!/usr/bin/env node\nconst a = 1; const b = import('./b.js')`
  const made = standInFor(text, 'a.js')
  if (!made) return assert.unreachable('there is a stand-in')
  const { contents, places } = made
  const line = contents.split('\n').findIndex(line => line.includes('import("./b.js")')) + 1
  assert.equal(places.get(line), {
    file: 'a.js',
    line: 2,
    column: 24,
    source: `const a = 1; const b = import('./b.js')`,
  })
  assert.match(contents, `const b = $mport('./b.js')`)
})

test.run()
