// Names of pods and ids of runs, alone and beside others, in each command that takes several names.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Run } from '../../../cli/argv/command.ts'
import { run as kill } from '../../../cli/commands/kill.ts'
import { run as logs } from '../../../cli/commands/logs.ts'
import { OneByOne } from '../../../cli/commands/one-by-one.ts'
import { run as reload } from '../../../cli/commands/reload.ts'
import { run as remove } from '../../../cli/commands/remove.ts'
import { run as restart } from '../../../cli/commands/restart.ts'
import { run as sleep } from '../../../cli/commands/sleep.ts'
import { run as start } from '../../../cli/commands/start.ts'
import { run as status } from '../../../cli/commands/status.ts'
import { run as stop } from '../../../cli/commands/stop.ts'
import { run as wake } from '../../../cli/commands/wake.ts'
import { Output } from '../../../cli/say/output.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { failsWith } from '../../fails.ts'
import { podStatus } from '../../pod-status.ts'
import { type Answers, type Behave, doing } from './doing.ts'

const pods = [podStatus('web'), podStatus('api')]
const isRun = 'There is no pod "web.7": that is a run of "web"'

/** What a host does with a name: it knows `web` and `api`, and takes `web.7` where `takes` says so. */
const host = (result: (name: string) => unknown, { takes = false } = {}): Behave => {
  return ({ params: { name } }, { answer, refuse }) => {
    if (name === 'web.7' && !takes) refuse('pod_not_found', isRun)
    else if (name === 'web.99') refuse('run_not_found', 'There is no run web.99 yet')
    else answer(result(String(name)))
  }
}

const lines: Behave = ({ params: { name } }, { value, answer, refuse }) => {
  if (name === 'web.99') return refuse('run_not_found', 'There is no run web.99 yet')
  value([{ time: '2026-11-20T10:00:00.000000000Z', pod: 'web', run: name, source: 'stdout', tags: [], text: 'hello' }])
  answer({ entries: [], count: 1, truncated: false })
}

const pod = (name: string) => podStatus(name)
const stopped = (name: string) => ({ name, status: 'idle', ended: [] })
const removed = (name: string) => ({ name, removed: true, stopped: [] })
const answers: Answers = { 'pod.list': { pods }, 'pod.status': host(pod) }

/** Commands that are about pods alone. */
const ofPods: readonly (readonly [Run, Answers])[] = [
  [status, answers],
  [start, { ...answers, 'pod.start': host(pod) }],
  [restart, { ...answers, 'pod.restart': host(pod) }],
  [reload, { ...answers, 'pod.reload': host(pod) }],
  [wake, { ...answers, 'pod.wake': host(pod) }],
  [sleep, { ...answers, 'pod.sleep': host(pod) }],
  [remove, { ...answers, 'pod.remove': host(removed) }],
]

/** Commands that take a run too. */
const ofRuns: readonly (readonly [Run, Answers])[] = [
  [logs, { ...answers, 'pod.logs': lines }],
  [stop, { ...answers, 'pod.stop': host(stopped, { takes: true }) }],
  [kill, { ...answers, 'pod.stop': host(stopped, { takes: true }) }],
]

test('OneByOne: a command that is about pods refuses a run beside others with the words with which it refuses one alone', async () => {
  for (const [run, answers] of ofPods) {
    const alone = await failsWith('pod_not_found', async () => await doing(run, { args: ['local', 'web.7'] }, answers))
    assert.is(alone.message, isRun)
    if (run === start) continue
    for (const isImplied of [false, true]) {
      const both = await doing(run, { args: ['local', 'web.7', 'api'], isImplied }, answers)
      assert.is(both.code, 1)
      assert.match(both.told, isRun)
      assert.match(`${both.lines}${both.text}`, 'api', 'the other is done all the same')
    }
  }
})

test('OneByOne: a start of several starts none where one of them is a run', async () => {
  const answering = { ...answers, 'pod.start': host(pod) }
  const error = await failsWith('pod_not_found', async () => {
    await doing(start, { args: ['local', 'api', 'web.7'] }, answering)
  })
  assert.is(error.message, `${isRun}; none was started`)
  const { asked, code } = await doing(start, { args: ['local', 'api', 'web'] }, answering)
  assert.is(code, 0)
  assert.is(asked.filter(([method]) => method === 'pod.start').length, 2)
})

test('OneByOne: a command that is about runs too takes one beside others as it takes one alone', async () => {
  for (const [run, answers] of ofRuns) {
    const alone = await doing(run, { args: ['local', 'web.7'] }, answers)
    const both = await doing(run, { args: ['local', 'web.7', 'api', 'web.7'], isImplied: true }, answers)
    assert.equal([alone.code, both.code, both.told], [0, 0, ''])
    const names = both.asked.filter(([method]) => method !== 'pod.list').map(([, { name }]) => name)
    assert.equal(names.sort(), ['api', 'web.7'], 'each once')
    const missing = await failsWith(
      'run_not_found',
      async () => await doing(run, { args: ['local', 'web.99'] }, answers),
    )
    const one = await doing(run, { args: ['local', 'web.99', 'api'] }, answers)
    assert.is(one.code, 1)
    assert.match(one.told, missing.message)
    assert.match(one.lines, 'api')
  }
})

test('one() and each() throw what is no matter of one name', async () => {
  const gone = new P8aError('host_unreachable', 'nobody answers')
  const several = new OneByOne('local', new Output({ json: true }))
  await failsWith('host_unreachable', async () => {
    await several.one(() => Promise.reject(gone))
  })
  await failsWith('host_unreachable', async () => {
    for await (const _ of several.each(broken(gone)));
  })
  assert.is(several.code, 0)
})

async function* broken(error: P8aError): AsyncGenerator<string> {
  yield 'a line'
  throw error
}

test.run()
