// Hints as data: how steps and commands are put into words, and how they come over a wire.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorData, fromWireError, P8aError, toWireError } from '../../protocol/errors.ts'
import {
  atRemote,
  type Command,
  commandText,
  type Hint,
  hintText,
  readSteps,
  stepsOf,
  verbs,
} from '../../protocol/hint.ts'
import { textsIn } from '../../scripts/source/texts.ts'
import { root } from '../paths.ts'

/** Files that have a command of `pod` in a text, which is no hint: each with the reason. */
const spoken: Readonly<Record<string, string>> = {
  'daemon/boot/report.ts': 'said on the terminal of the host itself',
  'daemon/server/http/openapi.ts': 'what a token is',
  'pods/fleet/commands.ts': 'help, and what commands of its own answer',
  'pods/fleet/doctor.ts': 'a line of its report',
  'pods/fleet/host/placing.ts': 'a status',
  'pods/fleet/member.ts': 'a status',
  'pods/fleet/membership/status.ts': 'a status',
  'pods/fleet/security/keeper.ts': 'a status',
  'pods/gateway/commands.ts': 'help, and what commands of its own answer',
  'protocol/events.ts': 'what an event is',
}

const logs: Command = { verb: 'logs', args: ['web'], options: { tag: 'link', follow: true } }

test('commandText() writes verb, remote, arguments and options as they are typed', () => {
  assert.is(commandText(logs), 'pod logs REMOTE web --tag link --follow')
  assert.is(commandText({ verb: 'status' }), 'pod status REMOTE')
  assert.is(commandText({ verb: 'host start', options: { detach: true } }), 'pod host start --detach')
})

test('commandText() names the remote of the command, or else what its reader calls the host', () => {
  assert.is(commandText({ ...logs, remote: 'origin' }, { remote: 'local' }), 'pod logs origin web --tag link --follow')
  assert.is(commandText({ verb: 'stop', args: ['web'] }, { remote: 'local' }), 'pod stop local web')
  assert.is(commandText({ verb: 'stop', args: ['web'] }, { remote: '' }), 'pod stop web')
  assert.is(commandText({ verb: 'host stop' }, { remote: 'local' }), 'pod host stop')
})

test('commandText() adds the data directory behind the verb, where it matters and is not said', () => {
  const dataDir = '/far away'
  assert.is(commandText({ verb: 'stop', args: ['web'] }, { dataDir }), 'pod stop --data "/far away" REMOTE web')
  assert.is(commandText({ verb: 'host status' }, { dataDir: '/d' }), 'pod host status --data /d')
  assert.is(commandText({ verb: 'remote list' }, { dataDir }), 'pod remote list')
  assert.is(commandText({ verb: 'help', args: ['start'] }, { dataDir }), 'pod help start')
  assert.is(commandText({ verb: 'host start', options: { data: 'DIR' } }, { dataDir }), 'pod host start --data DIR')
})

test('commandText() quotes what a terminal would not take as it is, but no placeholder', () => {
  const schedule = { schedule: '0 3 * * *' }
  assert.is(
    commandText({ verb: 'start', args: ['web'], options: schedule }),
    'pod start REMOTE web --schedule "0 3 * * *"',
  )
  assert.is(commandText({ verb: 'stop', args: ['$(reboot)', ''] }), `pod stop REMOTE '$(reboot)' ""`)
  assert.is(commandText({ verb: 'stop', args: ["it's `reboot`"] }), "pod stop REMOTE 'it'\\''s `reboot`'")
  assert.is(
    commandText({ verb: 'call', remote: '<remote>', args: ['<name>', '<fn>', '[...args]'] }),
    'pod call <remote> <name> <fn> [...args]',
  )
})

test('a hint that is not of the CLI has its command as data: no other text names one', () => {
  const command = new RegExp(`\\bpod (${verbs.join('|')})\\b`)
  const files = globSync(['daemon/**/*.ts', 'shim/**/*.ts', 'protocol/**/*.ts', 'pods/**/*.ts'], { cwd: root })
  const found = files.filter(file => textsIn(readFileSync(join(root, file), 'utf8')).some(text => command.test(text)))
  assert.equal(found.sort(), Object.keys(spoken).sort())
})

test('hintText() joins the steps, each with its command', () => {
  const steps = stepsOf([{ text: 'Mend it' }, { text: 'to see why', do: logs }])
  assert.is(hintText(steps), 'Mend it; to see why: pod logs REMOTE web --tag link --follow')
  assert.is(
    hintText(steps, ({ verb }) => verb),
    'Mend it; to see why: logs',
  )
  assert.is(hintText([]), undefined)
})

test('stepsOf() takes a text, a step, several steps, or nothing', () => {
  const step = { text: 'See why', do: logs }
  const table: [Hint | undefined, unknown][] = [
    ['Try again', [{ text: 'Try again' }]],
    [step, [step]],
    [
      [step, { text: 'or wait' }],
      [step, { text: 'or wait' }],
    ],
    [undefined, []],
  ]
  for (const [hint, expected] of table) assert.equal(stepsOf(hint), expected)
})

test('atRemote() names the host in commands about a host that do not name it yet', () => {
  const steps = stepsOf([
    { text: 'a', do: { verb: 'stop', args: ['web'] } },
    { text: 'b', do: { verb: 'stop', args: ['web'], remote: 'other' } },
    { text: 'c', do: { verb: 'host start' } },
    { text: 'd' },
  ])
  assert.is(hintText(atRemote(steps, 'origin')), 'a: pod stop origin web; b: pod stop other web; c: pod host start; d')
})

test('steps come over the wire beside their text, and only where one has a command', () => {
  const error = new P8aError('pod_not_up', 'It is idle', {
    hint: { text: 'Start it', do: { verb: 'start', args: ['web'] } },
  })
  const wire = JSON.parse(JSON.stringify(toWireError(error)))
  assert.equal(wire.data, {
    code: 'pod_not_up',
    hint: 'Start it: pod start REMOTE web',
    steps: [{ text: 'Start it', do: { verb: 'start', args: ['web'] } }],
  })
  assert.equal(fromWireError(wire).steps, error.steps)
  assert.equal(errorData(new P8aError('timeout', 'no', { hint: 'Try again' })), { code: 'timeout', hint: 'Try again' })
})

test('fromWireError() takes the text of a hint where it cannot put the steps into words', () => {
  const odd: unknown[] = [
    5,
    [],
    [{}],
    [{ text: 5 }],
    [{ text: 'a', do: 'web' }],
    [{ text: 'a', do: { verb: 'of the future' } }],
    [{ text: 'a', do: { verb: 'stop', args: 'web' } }],
    [{ text: 'a', do: { verb: 'stop', args: [1] } }],
    [{ text: 'a', do: { verb: 'stop', options: { 'a b': true } } }],
    [{ text: 'a', do: { verb: 'stop', options: { force: false } } }],
    [{ text: 'a', do: { verb: 'stop', remote: 7 } }],
  ]
  for (const steps of odd) {
    assert.is(readSteps(steps), undefined, JSON.stringify(steps))
    const error = fromWireError({
      code: -1,
      message: 'm',
      data: { code: 'pod_not_up', hint: 'Try', steps: steps as never },
    })
    assert.is(error.hint, 'Try')
  }
  for (const verb of verbs) assert.ok(readSteps([{ text: 'a', do: { verb } }]), verb)
})

test.run()
