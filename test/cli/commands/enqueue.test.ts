import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as enqueue } from '../../../cli/commands/enqueue.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

const added = { id: 'a', isNew: true, state: 'waiting' }
const item = {
  id: 'a',
  queue: 'mail',
  fn: 'send',
  args: [],
  state: 'done',
  attempt: 1,
  retries: 2,
  addedAt: '',
  next: 0,
}

test('enqueue reads arguments as JSON or text, and times as durations', async () => {
  const options = {
    id: 'a',
    once: '2h',
    delay: '10m',
    key: 'k',
    priority: '-3',
    deadline: '1d',
    retries: '0',
    at: '2026-11-20T10:00Z',
  }
  const { text, asked } = await doing(
    enqueue,
    { args: ['local', 'mail', 'send', '1', 'ann'], options },
    { 'queue.add': added },
  )
  const how = {
    id: 'a',
    windowMs: 7_200_000,
    delayMs: 600_000,
    key: 'k',
    priority: -3,
    deadlineMs: 86_400_000,
    retries: 0,
  }
  const at = '2026-11-20T10:00:00.000Z'
  assert.equal(asked, [['queue.add', { name: 'mail', fn: 'send', args: [1, 'ann'], ...how, at }]])
  assert.is(text, 'a')
  const args = ['local', 'mail', 'send']
  await failsWith('bad_time', () => doing(enqueue, { args, options: { at: 'never' } }, { 'queue.add': added }))
  for (const wrong of [{ priority: 'x' }, { delay: 'soon' }] as Record<string, string>[])
    await failsWith('usage', () => doing(enqueue, { args, options: wrong }, { 'queue.add': added }))
  const again = await doing(enqueue, { args }, { 'queue.add': { ...added, isNew: false } })
  assert.is(again.text, 'a, which there was already: it is waiting')
  const stopped = await doing(enqueue, { args }, { 'queue.add': { ...added, heldBackBy: 'mail is stopped' } })
  assert.is(stopped.text, 'a, waits: mail is stopped')
})

test('enqueue --wait prints the result, or fails with what the item failed with', async () => {
  const wait = { args: ['local', 'mail', 'send'], options: { wait: true as const } }
  const done = await doing(enqueue, wait, { 'queue.add': added, 'queue.item': { ...item, result: { ok: 1 } } })
  assert.is(done.text, '{"ok":1}')
  for (const state of ['dead', 'expired', 'canceled']) {
    const ended = { ...item, state, error: 'Error: no' }
    const { hint } = await failsWith('item_failed', () =>
      doing(enqueue, wait, { 'queue.add': added, 'queue.item': ended }),
    )
    assert.match(hint ?? '', `queue items REMOTE mail ${state}`)
  }
})

test.run()
