import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as dead } from '../../../cli/commands/queue-dead.ts'
import { run as list } from '../../../cli/commands/queue-items.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

const item = {
  id: 'a',
  queue: 'mail',
  fn: 'send',
  args: [1, 'x'],
  state: 'dead',
  attempt: 3,
  retries: 2,
  addedAt: 'then',
}
const items = { items: [{ ...item, run: 'mail.1', error: 'Error: no' }] }

test('queue items lists those of a state', async () => {
  const { text, asked } = await doing(
    list,
    { args: ['local', 'mail', 'held'], options: { limit: '5', offset: '2' } },
    { 'queue.items': items },
  )
  assert.equal(asked, [['queue.items', { name: 'mail', state: 'held', limit: 5, offset: 2 }]])
  assert.match(text, /^ID .*\na +send\(1,"x"\) +3 of 3 +mail\.1 +then +Error: no$/)
  await failsWith('usage', () => doing(list, { args: ['local', 'mail', 'lost'] }, {}))
  const none = await doing(list, { args: ['local', 'mail'] }, { 'queue.items': { items: [] } })
  assert.is(none.text, 'No items of mail are waiting')
})

test('queue dead lists those that were given up', async () => {
  const { asked } = await doing(dead, { args: ['local', 'mail'] }, { 'queue.items': items })
  assert.equal(asked, [['queue.items', { name: 'mail', state: 'dead' }]])
})

test.run()
