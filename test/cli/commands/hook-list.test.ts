import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/hook-list.ts'
import { run as remove } from '../../../cli/commands/hook-remove.ts'
import { doing } from './doing.ts'

const hook = { id: '1', url: 'https://example.org/', path: '', addedAt: '2026-11-20T10:00:00.000Z', after: 7 }
const trouble = {
  attempts: 2,
  why: 'it answers 503',
  since: '2026-11-20T10:00:00.000Z',
  nextAt: '2026-11-20T10:01:00.000Z',
}

test('hook list shows how far each webhook is, and what is wrong with one', async () => {
  const hooks = [
    { ...hook, delivered: 3, dropped: 0 },
    { ...hook, id: '2', types: ['crashed', 'gave-up'], name: 'web', delivered: 0, dropped: 1, trouble },
  ]
  const { text } = await doing(run, { args: ['local'] }, { 'hook.list': { hooks } })
  assert.match(text, /^1 +https:\/\/example\.org\/ +all +all +7 +3 +0 +well$/m)
  assert.match(
    text,
    /^2 .* crashed, gave-up +web +7 +0 +1 +not taken since .*: it answers 503; attempt 3 is under way$/m,
  )
  const later = [{ ...hook, delivered: 0, dropped: 0, trouble: { ...trouble, nextAt: '9999-11-20T10:01:00.000Z' } }]
  assert.match((await doing(run, { args: ['local'] }, { 'hook.list': { hooks: later } })).text, /; attempt 3 in \d/)
  assert.is((await doing(run, { args: ['local'] }, { 'hook.list': { hooks: [] } })).text, 'There are no webhooks')
})

test('hook remove takes an id or an address', async () => {
  const answers = { 'hook.remove': { id: '1', url: hook.url, removed: true } }
  const { asked, text } = await doing(remove, { args: ['local', '1'] }, answers)
  assert.equal(asked, [['hook.remove', { hook: '1' }]])
  assert.is(text, 'The webhook 1 is removed: https://example.org/')
})

test.run()
