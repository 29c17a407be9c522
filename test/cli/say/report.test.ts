// How an error reaches people and programs.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Output } from '../../../cli/say/output.ts'
import { exitCodeOf, report } from '../../../cli/say/report.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { doing } from '../commands/doing.ts'

const error = new P8aError('pod_not_found', 'There is no pod "web"', {
  hint: { text: 'Push it', do: { verb: 'push', args: ['web', 'FILE'] } },
  facts: { pod: 'web' },
})

/** What is told of an error. */
const told = async (thrown: unknown, json: boolean) =>
  (
    await doing(async () => {
      await report(thrown, new Output({ json }), { log: [] })
      return 0
    }, {})
  ).told

test('report() gives people a line that says what happened, and one that says what to do', async () => {
  assert.is(await told(error, false), 'error: There is no pod "web"\nhint: Push it: pod push REMOTE web FILE\n')
})

test('report() gives programs code, facts and hint in one line', async () => {
  const { code, message, hint, pod, log } = JSON.parse(await told(error, true)).error
  assert.equal(
    [code, message, hint, pod, log],
    ['pod_not_found', 'There is no pod "web"', 'Push it: pod push REMOTE web FILE', 'web', []],
  )
})

test('report() asks for a report of what nobody expected', async () => {
  assert.match(
    await told(new TypeError('x is undefined'), false),
    /nobody expected: x is undefined\nhint: Please report it/,
  )
  assert.is(JSON.parse(await told('a text', true)).error.code, 'internal')
})

test('exitCodeOf() knows wrong usage, no host, and no right apart', () => {
  const codes = ['pod_not_found', 'usage', 'host_unreachable', 'unauthorized'] as const
  assert.equal(
    codes.map(code => exitCodeOf(new P8aError(code, ''))),
    [1, 2, 3, 4],
  )
  assert.is(exitCodeOf(new Error('x')), 1)
})

test.run()
