import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { keyHint } from '../../../cli/project/keys.ts'
import { podKeys } from '../../../cli/project/manifest.ts'

test('keyHint() knows what other tools call a key, and what is nearly one', () => {
  assert.is(keyHint('depends_on', podKeys), '"depends_on" is "needs" here')
  assert.is(keyHint('scal', podKeys), 'Did you mean "scale"?')
  assert.is(keyHint('stop_timeout', podKeys), 'Did you mean "stopTimeout"?')
  assert.is(keyHint('volumes', ['project', 'pods']), 'Known are: project, pods')
  assert.is(keyHint('constructor', ['pods']), 'Known are: pods')
})

test.run()
