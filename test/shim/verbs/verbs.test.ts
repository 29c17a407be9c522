// The verbs as functions: which method each asks for, with which parameters, and what it makes of the answer.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Image } from '../../../protocol/author.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { methods } from '../../../protocol/methods.ts'
import { Asking } from '../../../shim/verbs/asking.ts'
import { makeVerbs } from '../../../shim/verbs/verbs.ts'
import { failsWith } from '../../fails.ts'
import { HostThat } from './host-that.ts'

function verbsOf(answer: (asked: { method: string; params: Record<string, unknown> }) => unknown, path = '') {
  const host = new HostThat(answer)
  return { host, verbs: makeVerbs(new Asking(host, { patienceMs: 100 }), path) }
}

test('each verb asks for its method, on the host of the pod, with what it was given', async () => {
  const { host, verbs } = verbsOf(() => ({}), 'team')
  await verbs.info()
  const labels = { team: 'a' }
  await verbs.push({ name: 'web', code: 'x', file: 'web.js', labels, more: 1 } as Image)
  await verbs.start('web', { params: { a: '1' }, version: 2, wait: false })
  await verbs.wake('web')
  await verbs.stop('web.7')
  await verbs.restart('web', { version: 1 })
  await verbs.scale('web', 3)
  await verbs.status('web', { usage: true })
  await verbs.versions('web')
  await verbs.list()
  await verbs.remove('web', { force: true })
  await verbs.runs('web', { limit: 1 })
  await verbs.runs()
  await verbs.script('web')
  await verbs.call('web', 'add', [1, 2], { timeoutMs: 5 })
  await verbs.commands()
  await verbs.command('web', ['ask'], { send: async () => {}, recv: async () => '' })
  const path = 'team'
  const name = 'web'
  assert.equal(
    host.asked.map(({ method, params }) => [method, JSON.parse(JSON.stringify(params))]),
    [
      ['host.info', { path }],
      ['pod.push', { name, code: 'x', file: 'web.js', labels, path }],
      ['pod.start', { name, params: { a: '1' }, version: 2, wait: false, path }],
      ['pod.wake', { name, path }],
      ['pod.stop', { name: 'web.7', path }],
      ['pod.restart', { name, version: 1, path }],
      ['pod.scale', { name, scale: 3, path }],
      ['pod.status', { name, usage: true, path }],
      ['pod.versions', { name, path }],
      ['pod.list', { path }],
      ['pod.remove', { name, force: true, path }],
      ['pod.runs', { name, limit: 1, path }],
      ['pod.runs', { path }],
      ['pod.script', { name, path }],
      ['pod.call', { name, fn: 'add', args: [1, 2], timeoutMs: 5, path }],
      ['pod.commands', { path }],
      ['pod.command', { name, argv: ['ask'], path }],
    ],
  )
  for (const { method } of host.asked) assert.ok(Object.hasOwn(methods, method))
})

test('a path is one within the own host, and no parameter is a signal', async () => {
  const { host, verbs } = verbsOf(() => ({ pods: [] }), 'team')
  await verbs.list({ path: 'inner.deep', signal: new AbortController().signal })
  assert.equal(host.asked[0]?.params, { path: 'team.inner.deep' })
})

test('lists are lists, a call gives its value, and any method can be asked for', async () => {
  const { verbs } = verbsOf(({ method }) => ({ pods: [1], runs: [2], versions: [3], value: 4, method }))
  assert.equal(await verbs.list(), [1] as never)
  assert.equal(await verbs.runs('x'), [2] as never)
  assert.equal(await verbs.versions('x'), [3] as never)
  assert.is(await verbs.call('x', 'f'), 4)
  assert.is(((await verbs.ask('host.audit')) as unknown as { method: string }).method, 'host.audit')
})

test('logs() yields lines one by one', async () => {
  const { host, verbs } = verbsOf(async function* () {
    yield [{ text: 'a' }, { text: 'b' }]
    yield [{ text: 'c' }]
  })
  const texts: string[] = []
  for await (const { text } of verbs.logs({ name: 'web', follow: true })) texts.push(text)
  assert.equal(texts, ['a', 'b', 'c'])
  assert.equal(host.asked[0], { method: 'pod.logs', params: { name: 'web', follow: true, stream: true, path: '' } })
})

test('output() reads on from where it was, through a host that goes away, and means one run all the while', async () => {
  async function* bytes(texts: string[], isLost: boolean) {
    for (const text of texts) yield Buffer.from(text)
    if (isLost) throw new P8aError('host_gone', 'It is gone')
  }
  const { host, verbs } = verbsOf(({ params }) => {
    if (!params.stream) return { run: 'backup.3', data: 'o', encoding: 'utf8', offset: 0, next: 1, done: false }
    return params.offset === 0 ? bytes(['one ', 'two '], true) : bytes(['three'], false)
  })
  let text = ''
  const reading = (async () => {
    for await (const part of verbs.output('backup', { follow: true })) text += Buffer.from(part).toString()
  })()
  host.back()
  await reading
  assert.is(text, 'one two three')
  assert.equal(
    host.asked.map(({ params }) => [params.run, params.offset, params.follow]),
    [
      [undefined, undefined, undefined],
      ['backup.3', 0, true],
      ['backup.3', 8, true],
    ],
  )
})

test('output() of a run asks for that run at once, and throws what the host answers', async () => {
  const { host, verbs } = verbsOf(() => new P8aError('run_not_found', 'There is no run backup.9'))
  await failsWith('run_not_found', async () => {
    for await (const part of verbs.output('backup', { run: 'backup.9' })) assert.unreachable(String(part))
  })
  assert.is(host.asked.length, 1)
})

test.run()
