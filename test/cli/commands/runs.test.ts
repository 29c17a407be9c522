import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/runs.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

const ended = {
  id: 'web.7',
  slot: 0,
  state: 'ended',
  version: 2,
  startedAt: '2026-11-20T10:00:00.000Z',
  endedAt: '2026-11-20T10:00:02.000Z',
  end: { code: 1, signal: null, reason: 'fault', message: 'no' },
}

test('run() shows the runs with how long each lasted and how it ended', async () => {
  const answer = {
    runs: [ended, { ...ended, id: 'web.8', state: 'up', pid: 4711, endedAt: undefined, end: undefined }],
    total: 2,
  }
  const { text, asked } = await doing(run, { args: ['local', 'web'] }, { 'pod.runs': answer })
  assert.equal(asked, [['pod.runs', { name: 'web', active: false, failed: false }]])
  assert.match(text, /web\.7 .*v2 .* 2\.0 s .*fault with code 1: no/)
  assert.match(text, /web\.8 .*up .*4711/)
})

test('run() says that there are more, or none of that kind', async () => {
  const more = await doing(
    run,
    { args: ['local'], options: { limit: '1', offset: '2' } },
    { 'pod.runs': { runs: [ended], total: 9 } },
  )
  assert.match(more.text, /\n6 more: --offset, --limit$/)
  assert.equal(more.asked[0]?.[1], { limit: 1, offset: 2, active: false, failed: false })
  const none = { 'pod.runs': { runs: [], total: 0 } }
  assert.is((await doing(run, { args: ['local', 'web'] }, none)).text, 'web has not run yet')
  assert.is((await doing(run, { args: ['local'] }, none)).text, 'No pod has run yet')
  assert.is((await doing(run, { args: ['local'], options: { failed: true } }, none)).text, 'There are no such runs')
})

test('run() asks from the time that --since means, and refuses numbers that are none', async () => {
  const { asked } = await doing(
    run,
    { args: ['local'], options: { since: '2026-11-20T10:00Z' } },
    { 'pod.runs': { runs: [], total: 0 } },
  )
  assert.is(Date.parse(String(asked[0]?.[1].since)), Date.parse('2026-11-20T10:00Z'))
  for (const options of [{ limit: '0' }, { limit: '1001' }, { offset: 'x' }] as Record<string, string>[])
    await failsWith('bad_params', () => doing(run, { args: ['local'], options }))
})

test.run()
