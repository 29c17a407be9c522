import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { longestLine } from '../../../daemon/server/longest-line.ts'
import { defaultSettings } from '../../../protocol/settings.ts'

test('longestLine() allows long lines to whoever may change something', () => {
  const settings = { ...defaultSettings, maxUnauthorizedLineBytes: 1, maxReadLineBytes: 2, maxLineBytes: 3 }
  const roles = [undefined, 'read', 'deploy', 'admin'] as const
  assert.equal(
    roles.map(role => longestLine(settings, role)),
    [1, 2, 3, 3],
  )
  assert.is(longestLine({ ...settings, maxReadLineBytes: 9 }, 'read'), 3)
})

test.run()
