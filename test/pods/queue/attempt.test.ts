import type { P8a } from 'p8a'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { attempt } from '../../../pods/queue/attempt.ts'
import type { RunEnding } from '../../../pods/queue/ends.ts'
import { anItem } from './made.ts'

const onValue = async () => {}
const never = new AbortController().signal

async function outcomeOf(does: (...args: unknown[]) => unknown, ending: RunEnding = 'died') {
  const asked: unknown[] = []
  const pod = ((name: string, options: unknown) => {
    asked.push([name, options])
    return { send: async (...args: unknown[]) => await does(...args) }
  }) as unknown as P8a['pod']
  const item = anItem({ args: '[1,{"a":2}]', deadlineMs: 3000 })
  const of = {
    item,
    run: 'mail.1',
    nowMs: 1000,
    signal: never,
    onGone: async () => ending,
    maxResultBytes: 100,
    onValue,
  }
  return { outcome: await attempt({ pod }, of), asked }
}

const failing =
  (code: string, facts: object = {}) =>
  () => {
    throw Object.assign(new Error('no'), { code, facts })
  }

test('attempt() calls the function of the run, within the time that is left, and takes what it returns', async () => {
  const { outcome, asked } = await outcomeOf((one, two) => [one, (two as { a: number }).a])
  assert.equal(outcome, { how: 'returned', result: '[1,2]' })
  assert.equal(asked, [['mail.1', { timeout: 2000, signal: never, once: 'mail/a/1', each: onValue }]])
  assert.equal((await outcomeOf(() => undefined)).outcome, { how: 'returned', result: 'null' })
  assert.equal((await outcomeOf(() => 'x'.repeat(200))).outcome, { how: 'returned', result: '{"tooLong":202}' })
})

test('attempt() tells what the item did from what its run did', async () => {
  const rows = [
    ['call_failed', 'threw'],
    ['timeout', 'late'],
    ['pod_not_up', 'untouched'],
    ['run_not_found', 'untouched'],
    ['host_gone', 'untouched'],
    ['aborted', 'canceled'],
    ['function_not_found', 'refused'],
  ] as const
  // These are refusals: of a call that a run may have had, `delivered` is told.
  for (const [code, how] of rows) assert.is((await outcomeOf(failing(code))).outcome.how, how, code)
})

test('attempt() counts what a run had begun that died, and not what never reached it or it was asked to leave', async () => {
  const how = async (delivered: boolean, ending: RunEnding) =>
    (await outcomeOf(failing('pod_not_up', { delivered }), ending)).outcome.how
  assert.is(await how(true, 'died'), 'broke')
  assert.is(await how(true, 'asked'), 'untouched')
  assert.is(await how(false, 'died'), 'untouched')
})

test.run()
