import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as queue } from '../../../cli/commands/queue.ts'
import { doing } from './doing.ts'

const counts = { waiting: 3, delayed: 1, held: 0, running: 2, done: 9, dead: 1, expired: 1, canceled: 0 }
const rates = { added: 70, ended: 60 }
const worker = { status: 'up', runs: 2, scale: 4, isAsleep: false, why: '3 waiting: 4 runs wanted' }
const mail = { name: 'mail', counts, isPaused: false, rates, oldestMs: 5000, worker }

test('queue shows what is in each queue, and why it has so many runs', async () => {
  const gone = { name: 'old', counts, isPaused: false, rates }
  const all = await doing(queue, { args: ['local'] }, { 'queue.list': { queues: [mail, gone] } })
  assert.match(
    all.text,
    /^NAME .*\nmail +3 +5s +2 +1 +2 +70 in, 60 out +2 of 4 +3 waiting: 4 runs wanted\nold +3 +- .*no such pod any more$/,
  )
  const one = await doing(queue, { args: ['local', 'mail'] }, { 'queue.list': { queues: [mail] } })
  assert.equal(one.asked, [['queue.list', { name: 'mail' }]])
  assert.match(one.text, /^name +mail\nwaiting +3\n/)
  assert.is((await doing(queue, { args: ['local'] }, { 'queue.list': { queues: [] } })).text, 'There are no workers')
})

test.run()
