import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { RunLink } from '../../../daemon/pod/run-link.ts'
import type { ShimPeer } from '../../../daemon/system/shims.ts'

const peer = {} as ShimPeer
const other = { pending: 1 } as ShimPeer

test('RunLink has a connection from its opening to its end, and takes no other end for its own', () => {
  const link = new RunLink()
  link.open(peer, {})
  link.open(other, {})
  assert.is(link.close(peer), false)
  assert.is(link.peer, other)
  assert.is(link.close(other), true)
  assert.is(link.peer, undefined)
})

test('RunLink answers each hello anew, and with "end" where nothing else was said', () => {
  const link = new RunLink()
  assert.equal(link.answer, { do: 'end' })
  link.open(peer, {})
  link.answerWith({ do: 'go-on' })
  assert.equal(link.answer, { do: 'go-on' })
  link.open(other, {})
  assert.equal(link.answer, { do: 'end' })
})

test('RunLink remembers how the run said that it is, beyond the connection', () => {
  const link = new RunLink()
  link.open(peer, { status: 'error', text: 'the disk is slow' })
  link.close(peer)
  assert.equal(link.said, { status: 'error', text: 'the disk is slow' })
  link.open(other, {})
  assert.is(link.said?.status, 'error')
})

test.run()
