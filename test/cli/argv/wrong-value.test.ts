import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { aboutOption } from '../../../cli/argv/wrong-value.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { optionsOf } from '../commands/doing.ts'

const refusal = (key: string, code: 'bad_config' | 'bad_params' = 'bad_config') =>
  new P8aError(code, 'Cannot do pod.start', { facts: { key, problem: 'it is odd' } })

test('aboutOption() names the option and its value as typed', () => {
  for (const [given, key, named] of [
    [{ restart: 'maybe' }, 'restart', '--restart "maybe"'],
    [{ 'check-interval': '5x' }, 'check.interval', '--check-interval "5x"'],
    [{ 'stop-timeout': '1y' }, 'stopTimeout', '--stop-timeout "1y"'],
    [{ 'node-flag': ['-a', 'b'] }, 'nodeFlags.1', '--node-flag "b"'],
    [{ env: ['A=1', '1B=2'] }, 'env.1B', '--env "1B=2"'],
    [{ label: ['a=1', 'B=2'] }, 'labels.B', '--label "B=2"'],
    [{ schedule: '0 3 * * *', zone: 'Mars' }, 'schedule.zone', '--zone "Mars"'],
  ] as const) {
    const error = aboutOption(refusal(key), optionsOf(given as never)) as P8aError
    assert.equal([error.code, error.message], ['bad_config', `Cannot use ${named}: it is odd`])
  }
})

test('aboutOption() leaves an error that is about no option that was typed', () => {
  for (const error of [refusal('restart'), refusal('env.A'), refusal('restart', 'bad_params'), new Error('x')])
    assert.is(aboutOption(error, optionsOf({ scale: '2' })), error)
})

test.run()
