import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { podKeys } from '../../cli/project/manifest.ts'
import { keyHint } from '../../protocol/key-hint.ts'

test('keyHint() knows what other tools call a key, and what is nearly one', () => {
  assert.is(keyHint('depends_on', podKeys), '"depends_on" is "needs" here')
  assert.is(keyHint('treekill', podKeys), '"treekill" is "stopTo" here')
  assert.is(keyHint('scal', podKeys), 'Did you mean "scale"?')
  assert.is(keyHint('stop_timeout', podKeys), 'Did you mean "stopTimeout"?')
  assert.is(keyHint('volumes', ['project', 'pods']), 'Known keys: project, pods')
  assert.is(keyHint('constructor', ['pods']), 'Known keys: pods')
})

test.run()
