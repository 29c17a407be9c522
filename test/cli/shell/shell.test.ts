// What a line of the shell does. Not here: where lines come from, and what a verb does with its words.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Context } from '../../../cli/argv/command.ts'
import type { Session } from '../../../cli/remote/session.ts'
import { Output } from '../../../cli/say/output.ts'
import type { Input } from '../../../cli/shell/input.ts'
import { Shell } from '../../../cli/shell/shell.ts'
import { table } from '../../../cli/table.ts'
import { type ErrorCode, P8aError } from '../../../protocol/errors.ts'

type Verb = (argv: readonly string[]) => number

/** A shell at `home`, or at a pod there, whose verbs come to `verb`, on a host that answers so. */
function opened({ name = undefined as string | undefined, verb = (() => 0) as Verb, answers = {} } = {}) {
  const dispatched: string[] = []
  const all: Record<string, unknown> = { 'pod.commands': { commands: [] }, 'pod.list': { pods: [] }, ...answers }
  const call = async (method: string) => {
    const answer = all[method]
    if (answer instanceof Error) throw answer
    return answer
  }
  let checks = 0
  const session = { host: { call }, connected: async () => {}, check: async () => checks++ }
  const place = { remote: 'home', name }
  const output = new Output({ json: false })
  const dispatch = async (argv: readonly string[]) => {
    dispatched.push(argv.join(' '))
    return verb(argv)
  }
  const context = { output, dataDir: '/data', cli: { table, dispatch } } as unknown as Context
  const shell = new Shell({ place, session: session as unknown as Session, context, input: {} as Input })
  return { shell, place, dispatched, checks: () => checks }
}

/** Runs a line. @returns its code, and what was said of an error */
async function ran({ shell }: ReturnType<typeof opened>, line: string, signal = new AbortController().signal) {
  const { write } = process.stderr
  let said = ''
  process.stderr.write = (chunk: unknown) => {
    said += chunk
    return true
  }
  try {
    return { code: await shell.run(line, signal), said }
  } finally {
    process.stderr.write = write
  }
}

const failing = (code: ErrorCode) => () => {
  throw new P8aError(code, 'no')
}

test('run() does a verb at the remote of the shell, and of its pod', async () => {
  const host = opened({ verb: () => 3 })
  assert.is((await ran(host, 'status web')).code, 3)
  const pod = opened({ name: 'web' })
  await ran(pod, 'stop')
  assert.equal([host.dispatched, pod.dispatched], [['status home web'], ['stop home web']])
})

test('run() does nothing for an empty line and a comment', async () => {
  const host = opened()
  for (const line of ['', '   ', '# a comment']) assert.is((await ran(host, line)).code, 0)
  assert.equal(host.dispatched, [])
})

test('run() tells of a word that means nothing, and what may have been meant', async () => {
  const { code, said } = await ran(opened(), 'statsu')
  assert.ok(code)
  assert.match(said, /Unknown command "statsu"[\s\S]*Did you mean "status"/)
})

test('run() goes to the shell of a pod that is there, and back', async () => {
  const host = opened({ answers: { 'pod.status': {} } })
  await ran(host, 'shell web')
  assert.is(host.place.name, 'web')
  await ran(host, 'shell')
  assert.is(host.place.name, undefined)
  const none = opened({ answers: { 'pod.status': new P8aError('pod_not_found', 'There is no pod "web"') } })
  assert.ok((await ran(none, 'shell web')).code)
  assert.is(none.place.name, undefined)
})

test('run() restarts all that should be up, whatever becomes of one of them', async () => {
  const pods = ['a', 'b', 'c'].map(name => ({
    name,
    kind: 'service',
    want: name === 'b' ? 'idle' : 'up',
    status: 'up',
  }))
  const verb: Verb = argv => (argv.includes('a') ? failing('start_failed')() : 0)
  const host = opened({ verb, answers: { 'pod.list': { pods } } })
  const { code, said } = await ran(host, 'restart')
  assert.ok(code)
  assert.match(said, 'no')
  assert.equal(host.dispatched, ['restart home a', 'restart home c'])
})

test('run() restarts no more where the host is gone, and looks for it', async () => {
  const pods = ['a', 'b'].map(name => ({ name, kind: 'service', want: 'up', status: 'up' }))
  const host = opened({ verb: failing('host_gone'), answers: { 'pod.list': { pods } } })
  assert.ok((await ran(host, 'restart')).code)
  assert.equal([host.dispatched, host.checks()], [['restart home a'], 1])
})

test('run() takes a worker line as it is, and refuses half of one', async () => {
  for (const line of ['worker', 'worker kill', 'worker info a b']) {
    const host = opened()
    assert.match((await ran(host, line)).said, '"worker" needs "info" or "revive"', line)
    assert.equal(host.dispatched, [])
  }
})

test('run() ends with the code of an interrupt, and says nothing of what failed by it', async () => {
  const leaving = new AbortController()
  const host = opened({
    verb: () => {
      leaving.abort()
      throw new P8aError('aborted', 'gone')
    },
  })
  assert.equal(await ran(host, 'status web', leaving.signal), { code: 130, said: '' })
})

test.run()
