import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { pathFrom } from '../../../cli/import/path-from.ts'

test('pathFrom() is relative to what is near, and whole for what is far', () => {
  const cases = { '/a/b': '.', '/a/b/c': './c', '/a': '..', '/a/x': '../x', '/x': '../../x' }
  for (const [at, path] of Object.entries(cases)) assert.is(pathFrom('/a/b', at), path)
  assert.is(pathFrom('/a/b/c/d', '/srv/app'), '/srv/app')
})

test.run()
