// A run within its process, its bus and its p8a, without a link. Not here: output, and how the process ends (e2e).
import { writeFileSync } from 'node:fs'
import { createServer, Server } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Assignment } from '../../protocol/link.ts'
import type { Port } from '../../protocol/listen.ts'
import { RunBus } from '../../shim/bus.ts'
import type { Call } from '../../shim/calls/call.ts'
import { makeCallee } from '../../shim/calls/callee.ts'
import { Patience } from '../../shim/calls/patience.ts'
import { makeP8a } from '../../shim/p8a.ts'
import { bind } from '../../shim/port/handle.ts'
import { Ports } from '../../shim/port/ports.ts'
import { Run } from '../../shim/run.ts'
import { Asking } from '../../shim/verbs/asking.ts'
import { freePort } from '../free-port.ts'
import { type Scratch, scratch } from '../scratch.ts'
import { until } from '../until.ts'
import { HostThat } from './verbs/host-that.ts'

type Seen = { ready: number; said: unknown[]; calls: unknown[]; unheard: number }

function runOf(at: Scratch, code: string): { run: Run; seen: Seen } {
  writeFileSync(at.path('main.mjs'), code)
  const seen: Seen = { ready: 0, said: [], calls: [], unheard: 0 }
  const assignment = {
    run: 'web.7',
    name: 'web',
    slot: 2,
    path: '',
    storage: at.dir,
    cwd: at.dir,
    params: { a: '1' },
    main: at.path('main.mjs'),
  } as unknown as Assignment
  const events = {
    onReady: () => seen.ready++,
    onCheck: () => {},
    onStatus: (said: unknown) => seen.said.push(said),
    root: {} as never,
    keep: { hold: () => {}, release: () => {} },
    line: new HostThat(() => null) as never,
  }
  const run = new Run(assignment, events, {
    busy: 0,
    leave: async () => void seen.calls.push('leave'),
    get unheard() {
      return seen.unheard
    },
    callee: name => ({ fn: () => seen.calls.push(name) }) as never,
    queue: () => ({}),
    publish: (...event) => seen.calls.push(event),
    subscribe: pattern => {
      seen.calls.push(pattern)
      return () => {}
    },
  })
  return { run, seen }
}

test('start() calls the default export with params, bus and p8a, and is ready when it has resolved', async () => {
  using at = scratch()
  const { run, seen } = runOf(at, `export default async (...given) => { globalThis.given = given; await null }`)
  assert.is(run.state, 'starting')
  await run.start()
  assert.equal([run.state, seen.ready], ['up', 1])
  const [params, bus, p8a] = (globalThis as unknown as { given: [unknown, unknown, { run: string; slot: number }] })
    .given
  assert.equal([params, bus instanceof RunBus, p8a.run, p8a.slot], [{ a: '1' }, true, 'web.7', 2])
})

test('start() rejects with what the default export throws', async () => {
  using at = scratch()
  const { run, seen } = runOf(at, `export default async () => { throw new TypeError('no') }`)
  assert.instance(await run.start().catch((error: unknown) => error), TypeError)
  assert.is(seen.ready, 0)
})

test('a status of up makes a run up before its default export resolves', async () => {
  using at = scratch()
  const { run, seen } = runOf(
    at,
    `export default (params, bus) => { bus.emit('status', 'up', 'serving'); return new Promise(() => {}) }`,
  )
  void run.start()
  const deadline = performance.now() + 5000
  while (seen.said.length === 0 && performance.now() < deadline) await new Promise(resolve => setImmediate(resolve))
  assert.equal([run.state, run.said, seen.ready], ['up', { status: 'up', text: 'serving' }, 0])
})

test('check() calls no run up that has yet to listen at its port, and takes that back once it does, for good', async () => {
  using at = scratch()
  const port: Port = { name: 'main', host: '127.0.0.1', port: await freePort() }
  const handle = bind(port)
  handle.open(handle.fd)
  const { listen } = Server.prototype
  const code = `globalThis.asked = Promise.withResolvers()
    export default async () => { await globalThis.asked.promise; globalThis.listen(); return new Promise(() => {}) }`
  const { run, seen } = runOf(at, code)
  run.serve(new Ports([port], new Map([['main', handle]])))
  const server = createServer()
  try {
    Object.assign(globalThis, { listen: () => server.listen(port.port) })
    void run.start()
    await until(async () => (await run.check(1000)).text !== 'loading', 'its code has begun')
    assert.equal(await run.check(1000), { status: 'waiting', text: 'it listens nowhere yet' })
    ;(globalThis as unknown as { asked: PromiseWithResolvers<void> }).asked.resolve()
    await until(() => server.listening, 'it listens')
    assert.equal(seen.said, [])
    for (const closes of [true, false]) {
      assert.equal(await run.check(1000), { status: 'up' })
      assert.equal(seen.said, [{ status: 'up' }])
      if (closes) await new Promise(resolve => server.close(resolve))
    }
  } finally {
    Server.prototype.listen = listen
    server.close()
    handle.close()
  }
})

test('check() lets it accept, unless its host says that it is not to: one of an earlier version says nothing', async () => {
  using at = scratch()
  const { run } = runOf(at, 'export default () => {}')
  Object.assign(run.assignment, { isChecked: true })
  let opened = 0
  run.serve({ serve: () => {}, open: () => opened++, areNobodys: false, unused: undefined } as unknown as Ports)
  await run.start()
  await run.check(1000, false)
  assert.is(opened, 0)
  await run.check(1000)
  assert.is(opened, 1)
})

test('check() gives back to the pod its own word once its code is loaded', async () => {
  using at = scratch()
  const code =
    "export default (params, bus) => { bus.emit('status', 'waiting', 'for its disk'); return new Promise(() => {}) }"
  const { run, seen } = runOf(at, code)
  assert.equal(await run.check(1000), { status: 'waiting', text: 'loading' })
  void run.start()
  await until(() => seen.said.length > 0, 'it says something')
  await run.check(1000)
  await run.check(1000)
  const own = { status: 'waiting', text: 'for its disk' }
  assert.equal(seen.said, [own, own])
})

test('cleanup() is called once however often it is asked, and its failure stops nothing', async () => {
  using at = scratch()
  const { run } = runOf(
    at,
    `globalThis.cleanups = 0; export default () => async () => { globalThis.cleanups++; await null }`,
  )
  await run.start()
  await Promise.all([run.cleanup(), run.cleanup()])
  await run.cleanup()
  assert.equal([(globalThis as unknown as { cleanups: number }).cleanups, run.state], [1, 'cleaned'])
})

test('cleanup() of a pod that returned none is nothing', async () => {
  using at = scratch()
  const { run } = runOf(at, 'export default () => 42')
  await run.start()
  await run.cleanup()
  assert.is(run.state, 'cleaned')
})

test('RunBus passes status on, keeps other events within the run, and refuses a status there is not', () => {
  const said: unknown[] = []
  const bus = new RunBus((status, text) => said.push([status, text]), { publish: () => {}, subscribe: () => () => {} })
  let own = 0
  bus.on('own', () => own++)
  bus.emit('own')
  assert.is(own, 1)
  bus.emit('status', 'up')
  bus.emit('status', 'error', 5)
  assert.equal(said, [
    ['up', undefined],
    ['error', '5'],
  ])
  for (const status of ['fine', '', undefined, null, 1])
    assert.throws(
      () => bus.emit('status', status),
      (error: unknown) => error instanceof TypeError,
    )
  assert.is(said.length, 2)
})

test('p8a cannot be changed, and a callee is no promise', async () => {
  using at = scratch()
  const { run } = runOf(at, 'export default () => {}')
  const calls: unknown[] = []
  const patience = new Patience(1000)
  const starter = {
    patience,
    start: (name: string, call: Call) => {
      calls.push([name, call.line])
      call.succeed(null)
    },
  }
  const p8a = makeP8a(run.assignment, {
    callee: (name, options) => makeCallee(name, options, starter),
    queue: () => ({}),
    host: () => null as never,
    asking: new Asking(new HostThat(() => null), { patienceMs: 1 }),
    requestId: () => undefined,
  })
  assert.throws(() => Object.assign(p8a, { name: 'other' }))
  const other = p8a.pod('other')
  assert.is(await other, other, 'to await it is harmless')
  await other.add?.(1, 2)
  assert.equal(calls, [['other', '"method":"add","params":[1,2]}\n']])
})

test('drain() is over once its callers have heard that it leaves', async () => {
  using at = scratch()
  const { run, seen } = runOf(at, 'export default () => {}')
  seen.unheard = 1
  let isOver = false
  const drained = run.drain(60_000).then(() => {
    isOver = true
  })
  await until(() => seen.calls.includes('leave'), 'they are told', { everyMs: 1 })
  await new Promise(resolve => setImmediate(resolve))
  assert.not(isOver)
  seen.unheard = 0
  await drained
})

test.run()
