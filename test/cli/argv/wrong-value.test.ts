import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { match } from '../../../cli/argv/grammar.ts'
import { aboutTyped } from '../../../cli/argv/wrong-value.ts'
import { table } from '../../../cli/table.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { commandText } from '../../../protocol/hint.ts'
import { optionsOf } from '../commands/doing.ts'

const typed = (error: unknown, options: Parameters<typeof optionsOf>[0], ...words: string[]) =>
  aboutTyped(error, {
    spec: match(table, words.length > 0 ? words : ['start']).spec,
    options: optionsOf(options),
  }) as P8aError

const refusal = (key: string, code: 'bad_config' | 'bad_params' = 'bad_config') =>
  new P8aError(code, 'Cannot do pod.start', { facts: { key, problem: 'it is odd' } })

test('aboutTyped() names the option and its value as typed', () => {
  for (const [given, key, named] of [
    [{ restart: 'maybe' }, 'restart', '--restart "maybe"'],
    [{ 'check-interval': '5x' }, 'check.interval', '--check-interval "5x"'],
    [{ 'stop-timeout': '1y' }, 'stopTimeout', '--stop-timeout "1y"'],
    [{ 'node-flag': ['-a', 'b'] }, 'nodeFlags.1', '--node-flag "b"'],
    [{ env: ['A=1', '1B=2'] }, 'env.1B', '--env "1B=2"'],
    [{ label: ['a=1', 'B=2'] }, 'labels.B', '--label "B=2"'],
    [{ listen: '@@' }, 'listen.main', '--listen "@@"'],
    [{ listen: ['8080', 'admin=@@'] }, 'listen.admin', '--listen "admin=@@"'],
    [{ route: ['a.test', '@@'] }, 'route.1.at', '--route "@@"'],
    [{ schedule: '0 3 * * *', zone: 'Mars' }, 'schedule.zone', '--zone "Mars"'],
  ] as const) {
    const error = typed(refusal(key), given as never)
    assert.equal([error.code, error.message], ['bad_config', `Cannot use ${named}: it is odd`])
  }
})

test('aboutTyped() leaves an error that is about no option that was typed', () => {
  for (const error of [refusal('restart'), refusal('env.A'), refusal('restart', 'bad_params'), new Error('x')])
    assert.is(typed(error, { scale: '2' }), error)
})

test('aboutTyped() names the option of any command, and says nothing of parameters', () => {
  const facts = { method: 'pod.group', parameter: 'sticky', problem: 'it must be cookie' }
  const error = typed(new P8aError('bad_params', 'x', { facts }), { sticky: 'foo' }, 'group', 'set')
  assert.is(error.message, 'Cannot use --sticky "foo": it must be cookie')
  assert.is(error.steps[0]?.do && commandText(error.steps[0].do), 'pod help group set')
  const other = typed(new P8aError('bad_params', 'x', { facts }), {}, 'group', 'set')
  assert.equal([other.message, other.steps], ['Cannot do "pod group set": sticky must be cookie', []])
})

test('aboutTyped() leaves an error that names its option', () => {
  const facts = { option: 'since', value: 'x', key: 'restart', problem: 'it is odd' }
  const error = new P8aError('bad_params', 'Cannot read --since "x": it is odd', { facts })
  assert.is(typed(error, { restart: 'x' }), error)
})

test.run()
