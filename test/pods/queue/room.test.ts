import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Room, readShare } from '../../../pods/queue/room.ts'
import { scratch } from '../../scratch.ts'

test('Room refuses what is more than a quota leaves to the queues of a host, and says how much that is', () => {
  const store = { open: 4 }
  const room = new Room(store)
  assert.is(room.refusal('mail', 1_000_000), undefined)
  room.set({ path: 'team', items: 5, room: 5 })
  assert.is(room.refusal('mail', 1), undefined)
  const refused = room.refusal('mail', 2) as Error & { code?: string }
  assert.is(refused.code, 'quota_exceeded')
  assert.is(
    refused.message,
    'Cannot enqueue for pod "mail": "team" may have 5 items, and 4 wait or run; this would be 2 more',
  )
  room.set({ path: 'team', items: 9, room: 3 })
  assert.match(
    room.refusal('mail', 1)?.message ?? '',
    'may have 9 items, of which 3 are left to the queues of its host, and 4',
  )
  room.set(undefined)
  assert.is(room.refusal('mail', 1), undefined)
})

test('readShare() finds what the host has left for the start', async () => {
  using at = scratch()
  assert.is(await readShare(at.dir), undefined)
  writeFileSync(at.path('quota.json'), '{"path":"team","items":5,"room":5}')
  assert.equal(await readShare(at.dir), { path: 'team', items: 5, room: 5 })
})

test.run()
