import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { tokenText } from '../../../cli/say/token.ts'

test('tokenText() says what a token may, where, and until when', () => {
  const token = { name: 'ci', role: 'read', path: '', createdAt: '' } as const
  assert.is(tokenText(token), 'ci may look')
  assert.is(tokenText({ ...token, role: 'deploy', path: 'inner' }), 'ci may look and deploy at inner')
  assert.is(tokenText({ ...token, role: 'admin', expiresAt: 'T' }), 'ci may do everything until T')
})

test.run()
