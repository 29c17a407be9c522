import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { queueHosts, queuesOf } from '../../../page/state/queues.ts'
import type { QueueInfo } from '../../../protocol/words-queue.ts'

const queue = (name: string, dead = 0) => ({ name, counts: { dead } }) as QueueInfo

test('queueHosts() are the host that is looked at and those within it that have pods, outer ones first', () => {
  const pods = ['fleet.b', '', 'team', 'fleet.b', 'fleet', 'fleet.a'].map(path => ({ path }))
  assert.equal(queueHosts('', pods), ['', 'fleet', 'team', 'fleet.a', 'fleet.b'])
  assert.equal(queueHosts('team', []), ['team'])
  assert.is(
    queueHosts(
      '',
      Array.from({ length: 100 }, (_, at) => ({ path: `h${at}` })),
    ).length,
    20,
  )
})

test('queuesOf() has each queue once, as the outer host tells of it', () => {
  const told = [
    { path: '', queues: [queue('mail')] },
    { path: 'fleet', queues: [queue('a.mail', 1), queue('b.mail', 2)] },
    { path: 'fleet.a', queues: [queue('mail', 3)] },
    { path: 'team', queues: [queue('mail', 4)] },
  ]
  assert.equal(
    queuesOf(told).map(({ path, name, counts }) => [path, name, counts.dead]),
    [
      ['', 'mail', 0],
      ['fleet', 'a.mail', 1],
      ['fleet', 'b.mail', 2],
      ['team', 'mail', 4],
    ],
  )
})

test.run()
