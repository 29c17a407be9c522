// What a pod asks of its host by p8a.verbs and p8a.watch. Not here: how each function asks (shim/verbs/verbs.test.ts), which changes
// there are (watch.test.ts), and a whole gateway (toys.test.ts).
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fixture } from '../paths.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('pod verbs')
const host = new TestHost()
test.before(async () => {
  await host.up()
  await host.push('asker')
  await host.ok('start', 'local', 'asker', '--may', 'deploy', '--host', 'team')
})
test.after(() => host.dispose())

type Refusal = { code: string; message: string; hint?: string }

const verb = async (name: string, ...args: unknown[]) => await host.call('asker', 'verb', name, ...args)
const refused = async (pod: string, name: string, ...args: unknown[]) =>
  (await host.call(pod, 'refused', name, ...args)) as Refusal
const sees = async (words: string, count = 1) =>
  await until(async () => {
    const all = (await host.call('asker', 'words')) as string[]
    return all.filter(each => each === words).length >= count
  }, `it sees "${words}" ${count} times`)

test('a pod pushes, starts, scales, calls, looks at, stops and removes pods of its host', async () => {
  const code = 'export const add = (a, b) => a + b\nexport default async params => console.log(params.word)'
  await verb('push', { name: 'made', code })
  const started = (await verb('start', 'made', { params: { word: 'hi' }, config: { labels: { of: 'asker' } } })) as {
    status: string
    labels: object
  }
  assert.equal([started.status, started.labels], ['up', { of: 'asker' }])
  assert.is(await verb('call', 'made', 'add', [1, 2]), 3)
  assert.is(((await verb('scale', 'made', 2)) as { up: number }).up, 2)
  assert.equal(
    ((await verb('list')) as { name: string }[]).map(({ name }) => name),
    ['asker', 'made'],
  )
  assert.is(((await verb('runs', 'made')) as unknown[]).length, 2)
  assert.is(((await verb('versions', 'made')) as { version: number }[])[0]?.version, 1)
  assert.equal(await host.call('asker', 'lines', { name: 'made', tags: ['stdout'], follow: true }, 1), ['hi'])
  await verb('stop', 'made')
  await verb('remove', 'made')
  assert.equal(await refused('asker', 'status', 'made').then(({ code }) => code), 'pod_not_found')
})

test('a pod reads what a script writes, as it comes', async () => {
  const script = '#!/bin/sh\necho one\nsleep 0.2\necho two\n'
  await verb('push', { name: 'script', code: script, kind: 'script' })
  const { run } = (await verb('start', 'script')) as { run: string }
  assert.is(await host.call('asker', 'output', 'script', { run, follow: true }), 'one\ntwo\n')
})

test('a pod runs a command of another, sees what it shows, and answers what it asks', async () => {
  await host.push('talker')
  await host.begin('talker')
  assert.ok(((await verb('commands', 'talker')) as string[]).includes('double'))
  assert.equal(await host.call('asker', 'command', 'talker', ['double'], ['21']), {
    shown: ['A number: ', '21 and 21 is 42\n'],
    value: 'Doubled by double',
  })
  assert.equal(await host.call('asker', 'command', 'talker', ['double'], []), {
    shown: ['A number: '],
    value: 'call_failed: The client of the command has no more lines',
  })
  await host.remove('talker')
})

test('a pod gives up what it has asked for', async () => {
  assert.is(await host.call('asker', 'giveUp'), 'aborted')
  await until(async () => (await host.lines('asker')).includes('given up'), 'the function is told')
})

test('a pod whose config says nothing looks and changes nothing, and is told what it takes', async () => {
  await host.push('asker', 'looker')
  await host.begin('looker')
  assert.is(((await host.call('looker', 'verb', 'status', 'asker')) as { status: string }).status, 'up')
  for (const [name, ...args] of [
    ['restart', 'asker'],
    ['wake', 'asker'],
    ['push', { name: 'x', code: '' }],
    ['remove', 'asker'],
    ['call', 'asker', 'words'],
  ]) {
    const { code, hint } = await refused('looker', String(name), ...args)
    assert.is(code, 'forbidden', String(name))
    assert.match(hint ?? '', "may: 'deploy'")
  }
  assert.match((await refused('asker', 'ask', 'host.audit')).hint ?? '', "may: 'admin'")
  await host.remove('looker')
})

test('a pod on a host within sees its own host and those within it, and nothing beside', async () => {
  await host.ok('remote', 'add', 'team', `localhost:${host.port}`, '--path', 'team', `--token=${host.token}`)
  await host.ok('push', 'team', 'inner', fixture('asker'))
  await host.ok('start', 'team', 'inner', '--may', 'admin', '--host', 'tools')
  const ask = async (fn: string, ...args: unknown[]) =>
    JSON.parse(await host.ok('call', 'team', 'inner', fn, ...args.map(arg => JSON.stringify(arg)), '--json'))
  assert.equal(
    (await ask('verb', 'list')).map(({ name, path }: { name: string; path: string }) => `${path} ${name}`),
    ['team inner'],
  )
  assert.equal(await ask('verb', 'list', { path: 'tools' }), [])
  const above = await ask('refused', 'ask', 'pod.list', { path: '' })
  assert.equal(
    [above.code, above.message],
    ['forbidden', 'Cannot do pod.list: the pod is on the host at the path "team" only'],
  )
  await ask('begin', { within: true })
  await until(async () => (await ask('pods')).join() === 'inner', 'it sees itself')
  await ask('verb', 'push', { name: 'deep', code: 'export default () => {}' }, { path: 'tools' })
  await until(async () => (await ask('pods')).join() === 'inner,tools.deep', 'it sees what is within')
})

test('a watch goes on through the death of the host, begins anew with a snapshot, and ends by its signal', async () => {
  await host.call('asker', 'begin', {})
  await sees('snapshot  ')
  await host.push('forever')
  await host.begin('forever')
  await sees('status forever up')
  const { pid } = (await host.status('asker')).runs[0] ?? {}
  await host.killHost()
  await host.up()
  await sees('snapshot  ', 2)
  assert.is((await host.status('asker')).runs[0]?.pid, pid, 'the pod ran on')
  await host.stop('forever')
  await sees('changed forever waiting')
  assert.equal(await host.call('asker', 'pods'), ['asker', 'forever', 'script'])
  await host.call('asker', 'end')
  await sees('over')
})

test('p8a.events() tells what happens to a pod, and goes on through the death of the host without a gap', async () => {
  // Behind a number: from now on would be from when it has begun to follow, which nothing tells.
  const [newest] = (await host.ask('events.list', { limit: 1 })).events
  const types = ['started', 'stopped', 'adopted']
  await host.call('asker', 'follow', { name: 'forever', types, after: newest?.number })
  await host.begin('forever')
  const told = async () => (await host.call('asker', 'events')) as [number, string][]
  await until(async () => (await told()).length === 1, 'the start is told')
  await host.killHost()
  await host.up()
  await host.stop('forever')
  await until(async () => (await told()).length === 3, 'and what came after it')
  const events = await told()
  assert.equal(
    events.map(([, type]) => type),
    ['started', 'adopted', 'stopped'],
  )
  const { events: kept } = await host.ask('events.list', {
    name: 'forever',
    types: ['started', 'adopted', 'stopped'],
    limit: 3,
  })
  assert.equal(
    kept.map(({ number }) => number),
    events.map(([number]) => number),
  )
})

test('a watch of a host within waits for its pod to be back, and one of a host that there is not fails', async () => {
  await host.call('asker', 'begin', { path: 'nowhere' })
  await sees('failed host_not_found')
  const file = join(host.dir, 'telling.js')
  writeFileSync(
    file,
    `export const crash = () => setTimeout(() => process.exit(3), 5) && null
     export default (params, bus, p8a) => void p8a.host('far', { list: () => [{ name: 'one', status: 'up' }] })`,
  )
  await host.pushFile('telling', file)
  await host.begin('telling')
  const before = ((await host.call('asker', 'words')) as string[]).filter(words => words === 'snapshot  ').length
  await host.call('asker', 'begin', { path: 'far' })
  await sees('snapshot  ', before + 1)
  await host.call('telling', 'crash')
  await sees('snapshot  ', before + 2)
  assert.equal(await host.call('asker', 'pods'), ['one'])
  await host.call('asker', 'end')
})

test.run()
