// What a process does while it waits, and when it is taken: the shim's program itself, with the test for its host. Not
// here: when a host makes and takes one (daemon/pod/spares.test.ts), and what a pod sees then (e2e/spares.test.ts).
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { LineSplitter } from '../../protocol/lines.ts'
import { type Assignment, type Hello, linkEnv, type ToHost, type ToShim, type Welcome } from '../../protocol/link.ts'
import { type Handlers, Peer } from '../../protocol/peer.ts'
import { loadModules, replaceEnv } from '../../shim/spare.ts'
import { type Scratch, scratch } from '../scratch.ts'
import { until } from '../until.ts'

const test = suite('spare')
const shim = fileURLToPath(new URL('../../shim/main.ts', import.meta.url))
const deadlineMs = 20_000

/** A host that knows one spare: says what it is told to say, and hands on what it hears. */
class FakeHost {
  readonly hellos: Hello[] = []
  peer: Peer<ToShim, ToHost> | undefined
  readonly ready = Promise.withResolvers<void>()
  readonly child: ChildProcess
  #welcome: (hello: Hello) => Welcome
  #server = net.createServer(socket => this.#onConnection(socket))
  #sockets = new Set<net.Socket>()
  #at: Scratch

  constructor(at: Scratch, welcome: (hello: Hello) => Welcome) {
    this.#at = at
    this.#welcome = welcome
    this.#server.listen(at.path('link.sock'))
    this.child = spawn(process.execPath, [shim], {
      env: {
        PATH: process.env.PATH,
        [linkEnv.socket]: at.path('link.sock'),
        [linkEnv.ticket]: 'spare',
        [linkEnv.spare]: '1',
      },
      stdio: 'ignore',
      detached: true,
    })
  }

  /** As the death of the host: nobody answers, nobody listens. */
  end(): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }

  listenAgain(): void {
    this.#server = net.createServer(socket => this.#onConnection(socket))
    this.#server.listen(this.#at.path('link.sock'))
  }

  async dispose(): Promise<void> {
    this.end()
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    this.child.kill('SIGKILL')
    await once(this.child, 'exit')
  }

  #onConnection(socket: net.Socket): void {
    this.#sockets.add(socket)
    const lines = new LineSplitter({ maxBytes: 1_000_000 })
    const handlers: Handlers<ToHost> = {
      hello: hello => {
        this.hellos.push(hello)
        return this.#welcome(hello)
      },
      ready: () => {
        this.ready.resolve()
        return null
      },
      status: () => null,
      shimEnded: () => null,
      resolve: () => [],
      call: () => ({ value: null }),
      subscribe: () => null,
      subscribers: () => [],
      podsChanged: () => null,
      primary: () => null,
      mount: () => null,
      unmount: () => null,
      verb: () => null,
      scriptEnded: () => null,
      serviceSaid: () => null,
      knocked: () => null,
      serviceEnded: () => null,
    }
    const peer = new Peer<ToShim, ToHost>(line => socket.write(`${line}\n`), handlers, { hasDialled: false })
    this.peer = peer
    socket.on('data', (chunk: Buffer) => {
      for (const line of lines.push(chunk)) peer.receive(line)
    })
    socket.on('error', () => {})
  }
}

async function within<T>(wanted: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`Waited too long until ${what}`)), deadlineMs)
  return await Promise.race([wanted, late.promise]).finally(() => clearTimeout(timer))
}

const wait: Welcome = { do: 'wait', modules: ['http', 'no-such-module'] }

function assignmentIn(at: Scratch): Assignment {
  mkdirSync(at.path('storage'))
  for (const file of ['out', 'err']) writeFileSync(at.path(file), '')
  writeFileSync(at.path('pod.mjs'), 'export default async () => console.log(JSON.stringify(process.env))')
  return {
    run: 'web.1',
    name: 'web',
    slot: 0,
    path: '',
    storage: at.path('storage'),
    cwd: at.path('storage'),
    params: {},
    callTimeoutMs: 1000,
    main: at.path('pod.mjs'),
    log: {
      file: at.path('1.log'),
      maxFileBytes: 1_000_000,
      maxTotalBytes: 1_000_000,
      raw: { stdout: at.path('out'), stderr: at.path('err') },
    },
    exitFile: at.path('1.exit'),
  }
}

test('a spare that is taken says hello with the new ticket, and becomes the run with the new environment', async () => {
  using at = scratch()
  const assignment = assignmentIn(at)
  const host = new FakeHost(at, ({ ticket }) => (ticket === 'spare' ? wait : { do: 'run', assignment }))
  try {
    await within(host.ready.promise, 'it is ready')
    await host.peer?.request('take', { ticket: 'run', env: { OWN: '1' } }, { timeoutMs: deadlineMs })
    await until(() => {
      try {
        return readFileSync(at.path('1.log'), 'utf8').endsWith('\n')
      } catch {
        return false
      }
    }, 'it has printed')
    assert.equal(
      host.hellos.map(({ ticket, pid, state }) => [ticket, pid, state]),
      [
        ['spare', host.child.pid, 'empty'],
        ['run', host.child.pid, 'empty'],
      ],
    )
    assert.match(readFileSync(at.path('1.log'), 'utf8'), / stdout F \{"OWN":"1"\}\n$/)
  } finally {
    await host.dispose()
  }
})

test('a spare ends by itself when its host is gone', async () => {
  using at = scratch()
  const host = new FakeHost(at, () => wait)
  try {
    await within(host.ready.promise, 'it is ready')
    const exit = once(host.child, 'exit')
    host.end()
    assert.equal(await within(exit, 'it has ended'), [0, null])
  } finally {
    await host.dispose()
  }
})

test('one that was taken and not yet told what to run looks for the next host, with the ticket of the run', async () => {
  using at = scratch()
  const host = new FakeHost(at, ({ ticket }) => (ticket === 'spare' ? wait : { do: 'go-on' }))
  try {
    await within(host.ready.promise, 'it is ready')
    await host.peer?.request('take', { ticket: 'run', env: {} }, { timeoutMs: deadlineMs })
    host.end()
    host.listenAgain()
    await until(() => host.hellos.length === 3, 'it is back')
    assert.equal(
      host.hellos.map(({ ticket }) => ticket),
      ['spare', 'run', 'run'],
    )
  } finally {
    await host.dispose()
  }
})

test('one that nobody knows any more is told to end', async () => {
  using at = scratch()
  const host = new FakeHost(at, () => ({ do: 'end' }))
  try {
    assert.equal(await within(once(host.child, 'exit'), 'it has ended'), [null, 'SIGKILL'])
  } finally {
    await host.dispose()
  }
})

test('loadModules() passes over what this Node does not have', async () => {
  await loadModules(['http', 'no-such-module'])
  assert.ok((process as { moduleLoadList?: string[] }).moduleLoadList?.includes('NativeModule http'))
})

test('replaceEnv() leaves what it is given and nothing else', () => {
  const before = { ...process.env }
  try {
    replaceEnv({ ONE: '1', EMPTY: '' })
    assert.equal({ ...process.env }, { ONE: '1', EMPTY: '' })
  } finally {
    replaceEnv(before as Record<string, string>)
  }
  assert.equal({ ...process.env }, before)
})

test.run()
