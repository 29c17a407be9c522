// Where a run listens for calls.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { callSocket, removeCallSocket, sweepCallSockets } from '../../../daemon/store/call-socket.ts'
import { scratch } from '../../scratch.ts'

test('callSocket() follows from the ticket, tells nothing of it, and is the same for all file systems', () => {
  const names = Array.from({ length: 200 }, (_, nth) => basename(callSocket({ calls: '/c' }, `ticket-${nth}`)))
  for (const name of names) assert.match(name, /^[0-9a-z]{7}$/)
  assert.is(new Set(names).size, names.length)
  assert.is(callSocket({ calls: '/c' }, 'a'), callSocket({ calls: '/c' }, 'a'))
})

test('removeCallSocket() removes that of a run, and minds none that is gone', async () => {
  using at = scratch()
  const paths = { calls: at.dir }
  writeFileSync(callSocket(paths, 'a'), '')
  await removeCallSocket(paths, 'a')
  await removeCallSocket(paths, 'a')
  assert.not.ok(existsSync(callSocket(paths, 'a')))
})

test('sweepCallSockets() leaves the sockets of the runs that there are, and removes the others', async () => {
  using at = scratch()
  const paths = { calls: at.path('c') }
  mkdirSync(paths.calls)
  for (const ticket of ['a', 'b', 'c']) writeFileSync(callSocket(paths, ticket), '')
  await sweepCallSockets(paths, ['b', 'never-there'])
  assert.equal(readdirSync(paths.calls), [basename(callSocket(paths, 'b'))])
})

test.run()
