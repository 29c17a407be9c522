import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isTopicPattern } from '../../protocol/topic.ts'

test('isTopicPattern() takes topics, with * for a word and ** at the end, and nothing else', () => {
  for (const pattern of ['a', 'a.b', '*', '**', 'a.*', '*.a.**']) assert.is(isTopicPattern(pattern), true, pattern)
  const wrong = ['', '.', 'a.', 'a..b', 'a b', 'a*', '**.a', 'a\n', 7, null, undefined, ['a'], {}]
  for (const pattern of wrong) assert.is(isTopicPattern(pattern), false, JSON.stringify(pattern))
})

test.run()
