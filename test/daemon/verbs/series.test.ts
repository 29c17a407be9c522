import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { labelText } from '../../../daemon/verbs/series.ts'

test('labelText() escapes what would end a value or a line, and leaves all else as it is', () => {
  assert.is(labelText({}), '')
  assert.is(labelText({ namespace: '', pod: 'wéb, {1}', slot: 0 }), 'namespace="",pod="wéb, {1}",slot="0"')
  assert.is(labelText({ pod: 'a"b\\c\nd' }), 'pod="a\\"b\\\\c\\nd"')
})

test.run()
