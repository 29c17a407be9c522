// What each handler is told, and what is made of its answer. Not here: answers that are wrong (answers.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { usualWindow } from '../../../../protocol/channel/window.ts'
import { failsWith } from '../../../fails.ts'
import { Pair } from '../../../protocol/channel/pair.ts'
import { Inside } from '../../inside/host.ts'

const path = 'lab'
const by = { name: 'local', role: 'admin', path: '' }

/** A host whose owner answers so to each of these verbs. */
async function answering(answers: Record<string, unknown>) {
  const host = await Inside.open()
  const lab = await host.mount(path, { handles: Object.keys(answers) })
  const asked: unknown[] = []
  lab.functions = Object.fromEntries(
    Object.entries(answers).map(([verb, answer]) => [
      verb,
      (...args: unknown[]) => {
        asked.push([verb, ...args])
        return answer
      },
    ]),
  )
  return { host, asked }
}

const how = { hops: 1, by }
const waiting = { wait: true, ...how }
const noStdin = { anew: false, stdinEncoding: 'utf8' }

const name = 'web'
const start = { path, name, params: { a: '1' }, config: { scale: 2 } }

for (const [verb, ask, told] of [
  ['start', (host: Inside) => host.do('pod.start', start), [start.params, start.config, { ...waiting, ...noStdin }]],
  ['restart', (host: Inside) => host.do('pod.restart', { path, name }), [waiting]],
  [
    'reload',
    (host: Inside) => host.do('pod.reload', { path, name, version: 2 }),
    [{ version: 2, width: 1, ...waiting }],
  ],
  [
    'rollback',
    (host: Inside) => host.do('pod.rollback', { path, name }),
    [{ versionOnly: false, width: 1, ...waiting }],
  ],
  ['wake', (host: Inside) => host.do('pod.wake', { path, name }), [waiting]],
  ['scale', (host: Inside) => host.do('pod.scale', { path, name, scale: 3 }), [3, waiting]],
] as const) {
  test(`pod.${verb} is told to the handler without the path, and by whom it is asked`, async () => {
    const { host, asked } = await answering({ [verb]: { status: 'waiting', text: 'soon' } })
    await using _ = host
    const status = await ask(host)
    assert.equal(asked, [[verb, name, ...told]])
    assert.equal([status.name, status.path, status.status, status.text], ['web', path, 'waiting', 'soon'])
  })

  test(`pod.${verb} tells how the pod is where the handler says nothing`, async () => {
    const { host } = await answering({ [verb]: null, status: { status: 'error', text: 'no' } })
    await using _ = host
    assert.is((await ask(host)).status, 'error')
    const { host: other } = await answering({ [verb]: null })
    await using __ = other
    assert.is((await ask(other)).status, 'up', 'nobody can say more')
  })
}

test('pod.sleep tells that the pod is idle where its owner says nothing', async () => {
  const { host, asked } = await answering({ sleep: null })
  await using _ = host
  assert.is((await host.do('pod.sleep', { path, name })).status, 'idle')
  assert.equal(asked, [['sleep', name, waiting]])
  const { host: other } = await answering({ sleep: null, status: { status: 'idle', text: 'asleep' } })
  await using __ = other
  assert.is((await other.do('pod.sleep', { path, name })).text, 'asleep')
})

test('pod.env, pod.send, pod.group and pod.usage are told to their handlers, and what those answer is read', async () => {
  const { host, asked } = await answering({
    env: { env: [{ name: 'A', value: '1' }] },
    send: null,
    group: null,
    usage: { points: [], pods: [{ name, cpu: 1, memory: 2 }] },
  })
  await using _ = host
  assert.equal(await host.do('pod.env', { path, name, set: { A: '1' } }), {
    name,
    env: [{ name: 'A', value: '1', from: 'env' }],
  })
  assert.equal(await host.do('pod.send', { path, name, text: 'é' }), { name, runs: [], bytes: 2 })
  const members = { web: 1 }
  assert.equal(await host.do('pod.group', { path, name: 'all', members }), { name: 'all', members })
  assert.equal(await host.do('pod.usage', { path, last: true }), {
    everyMs: 0,
    points: [],
    pods: [{ path, name, cpu: 1, memory: 2 }],
  })
  assert.equal(asked, [
    ['env', name, { set: { A: '1' }, unset: [], values: false, ...waiting }],
    ['send', name, 'é', { encoding: 'utf8', ...how }],
    ['group', 'all', members, how],
    ['usage', null, { last: true, ...how }],
  ])
})

test('host.info adds to what is known of the host what its owner says', async () => {
  const { host } = await answering({ info: { color: 'red' } })
  await using _ = host
  const info: Record<string, unknown> = await host.do('host.info', { path })
  assert.equal([info.path, info.color], [path, 'red'])
})

test('pod.push gives the handler the image, and the client its answer', async () => {
  const { host, asked } = await answering({ push: 'stored' })
  await using _ = host
  const pushed = await host.do('pod.push', { path, name: 'web', code: 'anything', file: 'web.js' })
  assert.is(pushed.answer, 'stored')
  const [[verb, image, told]] = asked as [[string, Record<string, unknown>, unknown]]
  assert.equal(
    [verb, image.name, image.code, image.file, 'path' in image],
    ['push', 'web', 'anything', 'web.js', false],
  )
  assert.equal(told, how)
})

test('pod.stop tells how the pod is now where nobody waits', async () => {
  const { host } = await answering({ stop: null, status: { status: 'waiting' } })
  await using _ = host
  assert.is((await host.do('pod.stop', { path, name: 'web' })).status, 'idle')
  assert.is((await host.do('pod.stop', { path, name: 'web', wait: false })).status, 'waiting')
})

test('pod.remove names the run that it removed, and of a pod removes the hosts that it has made', async () => {
  const { host } = await answering({ remove: null })
  await using _ = host
  assert.is((await host.do('pod.remove', { path, name: 'job', run: 'job.7' })).run, 'job.7')
  assert.equal(await host.do('pod.remove', { path, name: 'job' }), { name: 'job', removed: true, stopped: [] })
})

test('pod.list gives the list of the owner, each with its name', async () => {
  const list = [
    { name: 'b', status: 'up' },
    { name: 'a', status: 'idle' },
  ]
  const { host } = await answering({ list })
  await using _ = host
  assert.equal(
    (await host.do('pod.list', { path })).pods.map(({ name, path: of, status }) => [name, of, status]),
    [
      ['b', path, 'up'],
      ['a', path, 'idle'],
    ],
  )
  const { host: odd } = await answering({ list: 'none' })
  await using __ = odd
  await failsWith('bad_answer', () => odd.do('pod.list', { path }))
})

test('pod.list gives pages of what the owner lists, whether or not the owner knows of pages', async () => {
  const list = ['c', 'a', 'd', 'b'].map(name => ({ name, status: 'up' }))
  const { host } = await answering({ list })
  await using _ = host
  const page = async (asked: { limit?: number; after?: string }) => {
    const { pods, next } = await host.do('pod.list', { path, ...asked })
    return [pods.map(({ name }) => name).join(''), next]
  }
  assert.equal(await page({ limit: 2 }), ['ab', 'b'])
  assert.equal(await page({ limit: 2, after: 'b' }), ['cd', undefined])
  assert.equal(await page({}), ['cadb', undefined])
})

test('pod.list asks for the status of each where there is no list, and keeps their order', async () => {
  await using host = await Inside.open()
  const lab = await host.mount(path, { handles: ['status'] })
  for (const name of ['a', 'b', 'c']) {
    const code = 'export default () => {}'
    await lab.peer?.request('verb', { method: 'pod.push', params: { path, name, code } })
  }
  lab.functions = {
    status: async (name: string) => {
      for (let turns = name === 'a' ? 20 : 0; turns > 0; turns--) await new Promise(resolve => setImmediate(resolve))
      return { status: 'idle', text: `this is ${name}` }
    },
  }
  assert.equal(
    (await host.do('pod.list', { path })).pods.map(({ text }) => text),
    ['this is a', 'this is b', 'this is c'],
  )
})

test('pod.runs and pod.versions count and fill in what is told', async () => {
  const { host } = await answering({ runs: [{ id: 'web.1' }, { id: 'web.2' }], versions: [{ version: 2 }] })
  await using _ = host
  const { runs, total } = await host.do('pod.runs', { path, name: 'web' })
  assert.equal([runs.map(({ id }) => id), total], [['web.1', 'web.2'], 2])
  assert.is((await host.do('pod.versions', { path, name: 'web' })).versions[0]?.version, 2)
})

test('pod.output gives a part, and as a stream part after part until it is done', async () => {
  const { host, asked } = await answering({})
  await using _ = host
  const lab = await host.mount(path, { handles: ['output', 'script'] })
  const text = 'hello, world'
  lab.functions = {
    script: () => ({ script: '#!/bin/sh\n' }),
    output: (_name: string, { offset, encoding }: { offset: number; encoding: BufferEncoding }) => {
      asked.push(offset)
      const next = Math.min(offset + 5, text.length)
      const data = Buffer.from(text.slice(offset, next)).toString(encoding)
      return { run: 'job.1', data, encoding, offset, next, done: next === text.length }
    },
  }
  assert.is((await host.do('pod.script', { path, name: 'job' })).script, '#!/bin/sh\n')
  assert.is((await host.do('pod.output', { path, name: 'job', offset: 7 })).data, 'world')
  const pair = new Pair(usualWindow)
  const answer = host.do('pod.output', { path, name: 'job', stream: true, follow: true }, { channel: pair.acceptor })
  let heard = ''
  const reading = (async () => {
    for await (const value of pair.opener) heard += Buffer.from(value as Uint8Array).toString()
  })()
  const { next, done } = await answer
  pair.acceptor.end(null)
  await pair.settle()
  await reading
  assert.equal([heard, next, done, asked], [text, 12, true, [7, 0, 5, 10]])
})

test('pod.call gives the value of the handler, and passes a stream on', async () => {
  const { host } = await answering({ call: 42 })
  await using _ = host
  assert.equal(await host.do('pod.call', { path, name: 'web', fn: 'f', args: [] }), { value: 42, run: 'web' })
  const lab = host.machine.shimOf('lab.1')
  lab.functions = {
    call: async function* () {
      yield 1
      yield 2
    },
  }
  const pair = new Pair(usualWindow)
  const answer = host.do('pod.call', { path, name: 'web', fn: 'f', args: [] }, { channel: pair.acceptor })
  assert.equal(await answer, { value: null, run: 'web' })
  await pair.settle()
  assert.equal(pair.opener.takeWaiting(), [1, 2])
})

test.run()
