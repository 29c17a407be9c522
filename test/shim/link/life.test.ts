import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { ToHost, ToShim, Welcome } from '../../../protocol/link.ts'
import type { Peer } from '../../../protocol/peer.ts'
import { lifeHandlers, sayHello } from '../../../shim/link/life.ts'
import type { Link } from '../../../shim/link/link.ts'
import { type Became, Self } from '../../../shim/self.ts'
import { failsWith } from '../../fails.ts'

/** A process whose host answers the hello so. */
function linked(welcome: Welcome | Error) {
  const said: unknown[] = []
  const peer = {
    request: async (method: string, params: unknown) => {
      said.push([method, params])
      if (welcome instanceof Error) throw welcome
      return welcome
    },
    notify: (method: string) => void said.push([method]),
  } as unknown as Peer<ToHost, ToShim>
  return { said, peer, link: { peer } as unknown as Link }
}

/** A run that notes what it is told. */
function running() {
  const told: string[] = []
  const became = {
    run: {
      state: 'up',
      said: {},
      hosts: { remount: () => told.push('remount') },
      check: async (ms: number) => ({ status: 'up', ms }),
      drain: async (ms: number) => void told.push(`drain ${ms}`),
      cleanup: async () => void told.push('cleanup'),
    },
    neighbors: { onLinked: () => told.push('linked') },
  }
  return { told, became: became as unknown as Became }
}

test('sayHello() of a spare loads what it is to load, and says that it is ready', async () => {
  const { said, peer, link } = linked({ do: 'wait', modules: ['node:path'] })
  await sayHello(new Self({ ticket: 'spare', isSpare: true }), link, peer)
  assert.equal(said, [['hello', { ticket: 'spare', pid: process.pid, state: 'empty' }], ['ready']])
})

test('sayHello() of a run that goes on tells the new host what it knows no more', async () => {
  const { peer, link } = linked({ do: 'go-on' })
  const { told, became } = running()
  const self = new Self({ ticket: 'run', isSpare: false })
  self.become(became)
  await sayHello(self, link, peer)
  assert.equal(told, ['linked', 'remount'])
})

test('sayHello() sends no longer lines than the host takes', async () => {
  for (const [given, maxBytes] of [
    [undefined, 100],
    [5, 5],
    [1000, 100],
  ] as const) {
    const { peer, link } = linked({ do: 'go-on', ...(given !== undefined && { maxLineBytes: given }) })
    peer.maxBytes = 100
    const self = new Self({ ticket: 'run', isSpare: false })
    self.become(running().became)
    await sayHello(self, link, peer)
    assert.is(peer.maxBytes, maxBytes)
  }
})

test('sayHello() does nothing where the host goes away before it answers', async () => {
  const { said, peer, link } = linked(new Error('gone'))
  await sayHello(new Self({ ticket: 'run', isSpare: false }), link, peer)
  assert.is(said.length, 1)
})

test('take() makes a spare the process of a run, with its environment, and says so', async () => {
  const { env } = process
  const { said, link } = linked({ do: 'wait', modules: [] })
  const self = new Self({ ticket: 'spare', isSpare: true })
  try {
    process.env = { BEFORE: '1' }
    assert.is(lifeHandlers(self, link).take({ ticket: 'run', env: { AFTER: '2' } }, undefined as never), null)
    assert.equal({ ...process.env }, { AFTER: '2' })
  } finally {
    process.env = env
  }
  assert.equal(said[0], ['hello', { ticket: 'run', pid: process.pid, state: 'empty' }])
})

test("check() and cleanup() are the run's, and a process without one has nothing to clean", async () => {
  const { link } = linked({ do: 'go-on' })
  const { told, became } = running()
  const self = new Self({ ticket: 'run', isSpare: false })
  const { check, drain, cleanup } = lifeHandlers(self, link)
  assert.is(await cleanup({}, undefined as never), null)
  await failsWith('pod_not_up', () => check({ timeoutMs: 5 }, undefined as never))
  self.become(became)
  assert.equal(await check({ timeoutMs: 5 }, undefined as never), { status: 'up', ms: 5 } as never)
  await drain({ timeoutMs: 7 }, undefined as never)
  await cleanup({}, undefined as never)
  assert.equal(told, ['drain 7', 'cleanup'])
})

test.run()
