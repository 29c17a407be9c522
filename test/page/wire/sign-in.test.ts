import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { codeOf } from '../../../page/wire/sign-in.ts'

test('codeOf() finds the code of a link, and in nothing else', () => {
  assert.is(codeOf('#code=ab_c-9'), 'ab_c-9')
  for (const other of ['', '#/pods', '#code=', '#code=a b', '#xcode=a']) assert.is(codeOf(other), undefined, other)
})

test.run()
