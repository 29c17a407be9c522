// Mode, owner and group of real files. Sockets: e2e/ports.test.ts.
import { statSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { giveAccess } from '../../../shim/keeper/socket-access.ts'
import { scratch } from '../../scratch.ts'

test('giveAccess() sets the mode, and an owner and a group that may be numbers', () => {
  using at = scratch()
  const path = at.path('a')
  writeFileSync(path, '')
  const { uid, gid } = statSync(path)
  giveAccess(path, { mode: 0o660, owner: String(uid), group: String(gid) })
  assert.is(statSync(path).mode & 0o777, 0o660)
  giveAccess(path, {})
  assert.is(statSync(path).mode & 0o777, 0o660)
})

test('giveAccess() finds names, and says which are not there', () => {
  using at = scratch()
  const path = at.path('a')
  writeFileSync(path, '')
  for (const wrong of [{ owner: 'no-such-user' }, { group: 'no-such-group' }])
    assert.throws(() => giveAccess(path, wrong), /there is no (?:user|group) "no-such-/)
  if (process.getuid?.() !== 0) return
  giveAccess(path, { owner: 'root', group: 'root' })
  assert.is(statSync(path).uid, 0)
})

test.run()
