import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as cancel } from '../../../cli/commands/queue-cancel.ts'
import { run as drop } from '../../../cli/commands/queue-drop.ts'
import { run as move } from '../../../cli/commands/queue-move.ts'
import { run as pause } from '../../../cli/commands/queue-pause.ts'
import { run as purge } from '../../../cli/commands/queue-purge.ts'
import { run as resume } from '../../../cli/commands/queue-resume.ts'
import { run as retry } from '../../../cli/commands/queue-retry.ts'
import { run as show } from '../../../cli/commands/queue-show.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

const args = ['local', 'mail']

test('queue retry and queue drop take items by their ids, or all', async () => {
  const some = await doing(retry, { args: [...args, 'a', 'b'] }, { 'queue.retry': { count: 2 } })
  assert.equal(some.asked, [['queue.retry', { name: 'mail', ids: ['a', 'b'] }]])
  assert.is(some.text, '2 items of mail tried again')
  const all = await doing(drop, { args, options: { all: true } }, { 'queue.drop': { count: 1 } })
  assert.equal(all.asked, [['queue.drop', { name: 'mail', ids: 'all' }]])
  assert.is(all.text, '1 item of mail dropped')
  const late = await doing(drop, { args, options: { state: 'expired' } }, { 'queue.drop': { count: 3 } })
  assert.equal(late.asked, [['queue.drop', { name: 'mail', ids: 'all', state: 'expired' }]])
  await failsWith('usage', () => doing(drop, { args, options: { state: 'old' } }, {}))
  const { hint } = await failsWith('usage', () => doing(drop, { args }, {}))
  assert.match(hint ?? '', /: pod queue dead local mail$/)
  await failsWith('usage', () => doing(retry, { args: [...args, 'a'], options: { all: true } }, {}))
})

test('queue purge drops all, and queue move names the other worker', async () => {
  const purged = await doing(purge, { args }, { 'queue.drop': { count: 4 } })
  assert.equal([purged.text, purged.asked], ['4 items of mail dropped', [['queue.drop', { name: 'mail', ids: 'all' }]]])
  const moved = await doing(move, { args: [...args, 'post', 'a'] }, { 'queue.move': { count: 1 } })
  assert.equal(moved.asked, [['queue.move', { name: 'mail', to: 'post', ids: ['a'] }]])
  assert.is(moved.text, '1 item of mail moved to post')
})

test('queue pause, resume, cancel and show ask for just that', async () => {
  const item = { id: 'a', queue: 'mail', fn: 'send', args: [1], state: 'dead', attempt: 1, retries: 2, addedAt: 'then' }
  assert.is(
    (await doing(pause, { args }, { 'queue.pause': { name: 'mail', isPaused: true } })).text,
    'The queue of mail is paused',
  )
  assert.is(
    (await doing(resume, { args }, { 'queue.resume': { name: 'mail', isPaused: false } })).text,
    'The queue of mail goes on',
  )
  const canceled = await doing(cancel, { args: [...args, 'a'] }, { 'queue.cancel': item })
  assert.equal([canceled.text, canceled.asked], ['a is canceled', [['queue.cancel', { name: 'mail', id: 'a' }]]])
  const shown = await doing(show, { args: [...args, 'a'] }, { 'queue.item': { ...item, values: [], next: 0 } })
  assert.match(shown.text, /^id +a\n.*\nargs +\[1\]\n/s)
})

test.run()
