import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/events.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

const event = {
  number: 7,
  at: '2026-11-20T10:00:00.000Z',
  type: 'crashed',
  path: '',
  pod: 'web',
  run: 'web.3',
  code: 1,
  signal: null,
  reason: 'exited',
}
const answers = { 'events.list': { events: [event], at: 7, first: 1 } }

test('run() asks for what its options say, and prints a line for each event', async () => {
  const options = { type: ['crashed', 'up'], lines: '5', since: '3' }
  const { asked, text } = await doing(run, { args: ['local', 'web'], options }, answers)
  assert.equal(asked, [['events.list', { name: 'web', types: ['crashed', 'up'], limit: 5, after: 3 }]])
  assert.match(text, /web +crashed +run web\.3, code 1, reason exited$/m)
})

test('run() gives the events of all pods as JSON', async () => {
  const { asked, value } = await doing(run, { args: ['local', 'all'], json: true }, answers)
  assert.equal(asked, [['events.list', {}]])
  assert.equal(value, { events: [event] })
})

test('run() reads --since as a time, and refuses what is none', async () => {
  const { asked } = await doing(run, { args: ['local'], options: { since: '2026-11-20T10:00Z' } }, answers)
  assert.is(Date.parse(String(asked[0]?.[1]?.since)), Date.parse('2026-11-20T10:00Z'))
  await failsWith('bad_time', () => doing(run, { args: ['local'], options: { since: 'nonsense' } }))
})

test.run()
