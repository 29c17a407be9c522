import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { withCommonJsNames } from '../../../cli/bundle/commonjs-names.ts'

const map = JSON.stringify({ version: 3, mappings: 'AAAA' })

test('withCommonJsNames() declares only what the code asks for', () => {
  const { code } = withCommonJsNames('log(__p8aFilename)', map)
  assert.match(code, 'const __p8aFilename =')
  assert.not.match(code, 'require')
  assert.not.match(code, '__p8aDirname')
})

test('withCommonJsNames() moves the map down by the line it adds', () => {
  assert.is(JSON.parse(withCommonJsNames('log(__p8aDirname)', map).map).mappings, ';AAAA')
})

test('withCommonJsNames() leaves "#!" the first line', () => {
  assert.match(withCommonJsNames('#!/usr/bin/env node\nlog(__p8aDirname)', map).code, /^#!.*\nimport .*\nlog/)
})

test('withCommonJsNames() leaves code alone that asks for nothing', () => {
  assert.equal(withCommonJsNames('const require = 1', map), { code: 'const require = 1', map })
})

test.run()
