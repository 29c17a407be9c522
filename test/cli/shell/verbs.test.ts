// What is typed in the shell, as the command line that it means.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nameOf } from '../../../cli/argv/grammar.ts'
import { commandLine, shellVerbs } from '../../../cli/shell/verbs.ts'
import { table } from '../../../cli/table.ts'

const typedIn = (name: string | undefined) => (line: string) =>
  commandLine(line.split(' '), { place: { remote: 'origin', name }, table })?.join(' ')
const onHost = typedIn(undefined)
const onPod = typedIn('web')

test('commandLine() puts the remote behind the verb', () => {
  assert.is(onHost('status'), 'status origin')
  assert.is(onHost('start web --port 1'), 'start origin web --port 1')
  assert.is(onHost('ls'), 'ls origin')
  assert.is(onHost('group set x a=1'), 'group set origin x a=1')
  assert.is(onHost('queue items mail'), 'queue items origin mail')
  assert.is(onHost('queue mail'), 'queue origin mail')
  assert.is(onHost('stop'), 'stop origin', 'the verb itself says what is missing')
})

test('commandLine() puts the name of the pod whose shell it is where none was typed', () => {
  assert.is(onPod('status'), 'status origin web')
  assert.is(onPod('stop'), 'stop origin web')
  assert.is(onPod('group list'), 'group list origin')
  assert.is(onPod('logs --lines 3'), 'logs origin web --lines 3')
  assert.is(onPod('start --port 1'), 'start origin web --port 1')
  assert.is(onPod('scale 3'), 'scale origin web 3')
  assert.is(onPod('push web.ts'), 'push origin web web.ts')
})

test('commandLine() leaves a name that was typed', () => {
  assert.is(onPod('stop other'), 'stop origin other')
  assert.is(onPod('stop a b'), 'stop origin a b')
  assert.is(onPod('scale other 3'), 'scale origin other 3')
  assert.is(onPod('push other other.ts'), 'push origin other other.ts')
})

test('commandLine() takes the name as typed where leaving it out would be a guess, or could not be undone', () => {
  assert.is(onPod('call add 1 2'), 'call origin add 1 2')
  assert.is(onPod('remove'), 'remove origin')
})

test('commandLine() knows nothing but verbs that are about a remote', () => {
  for (const line of ['host start', 'remote list', 'completion bash', 'shell', 'nonsense'])
    assert.is(onHost(line), undefined)
})

test('shellVerbs() are all that are about a remote', () => {
  const all = `up, diff, down, push, start, stop, restart, reload, rollback, wake, sleep, kill, remove, scale, env, send,
    group set, group list, group remove, routes, pause, resume, gateway status,
    fleet init, fleet invite, fleet join, fleet move, fleet leave, fleet status, fleet doctor, fleet cordon, fleet uncordon, fleet drain, fleet forget,
    fleet remove, fleet servers, fleet add-server, fleet remove-server, fleet renew,
    profile set, profile apply, profile list, profile show, profile remove, quota,
    copy, image list, image export, image import, image prune,
    enqueue, queue, queue list, queue items, queue dead, queue show, queue retry, queue drop, queue purge, queue move,
    queue cancel, queue pause, queue resume, status, logs, events, savings, runs, versions, output,
    hook add, hook list, hook remove, call`
  assert.equal(shellVerbs(table).map(nameOf), all.split(/,\s+/))
})

test.run()
