import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { firstSentence, headOf } from '../../../scripts/source/head.ts'

const test = suite('head')

test('headOf() is the comment at the top as one line, behind a line for the kernel too', () => {
  assert.is(headOf("// Counts.\n// It knows no files.\nimport 'x'\n// more\n"), 'Counts. It knows no files.')
  assert.is(headOf('#!/usr/bin/env node\n// Counts.\n'), 'Counts.')
  assert.is(headOf(`#!/bin/sh\n':' //; exec node -- "$0" "$@"\n// Counts.\n`), 'Counts.')
  assert.is(headOf("import 'x'\n// Counts.\n"), '')
})

test('firstSentence() ends where the next begins, and not within a name', () => {
  assert.is(firstSentence('Reads `host.json`: who it is. Made once.'), 'Reads `host.json`: who it is')
  assert.is(firstSentence('Writes lines, e.g. those of pods'), 'Writes lines, e.g. those of pods')
  assert.is(firstSentence('Counts.'), 'Counts')
})

test.run()
