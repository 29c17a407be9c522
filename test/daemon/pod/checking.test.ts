// Checks of runs that answer what a test says. Not here: what follows from a check (lifecycle/decide.test.ts), looks from outside
// (outside-check.test.ts).
import { once } from 'node:events'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Slot, SlotEvent } from '../../../daemon/lifecycle/slot.ts'
import { Checking } from '../../../daemon/pod/checking.ts'
import type { Said } from '../../../daemon/pod/run-link.ts'
import { Descriptors } from '../../../daemon/system/descriptors.ts'
import type { Identity } from '../../../daemon/system/process.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { SideDoor } from '../../../protocol/link.ts'
import type { Port } from '../../../protocol/listen.ts'
import { needs } from '../../needs.ts'
import { inForceWith, link, liveRun } from './live-runs.ts'
import { podWorld } from './pod-world.ts'

type Asked = {
  /** Whether its keeper answers for it. */
  isKept?: boolean
  /** The port that its host holds. */
  held?: Port
  /** Which run, by the pid of its process, has accepted a connection: 5000 is that which is checked, 6000 another one. */
  acceptor?: number
  timeoutMs?: number
  /** What is shown of it before. */
  said?: Said
  /** What the run answers; an Error where no answer comes; undefined where it has no link. */
  answer?: Said | Error
  /** Where it is reached before it accepts; undefined for a run of an earlier version. */
  sideDoor?: SideDoor
  slot?: Slot
  /** Its state once it has answered. */
  slotAfter?: Slot
  config?: Parameters<typeof inForceWith>[0]
  descriptors?: Descriptors
}

/** What came of one check. */
async function checked({
  answer,
  sideDoor,
  slot = { at: 'vacant' },
  slotAfter = slot,
  config = {},
  descriptors,
  isKept = false,
  held,
  said,
  acceptor,
  timeoutMs = 1000,
}: Asked) {
  using world = podWorld()
  const events: SlotEvent[] = []
  const told: string[] = []
  let changes = 0
  const ports = { of: () => (held ? [held] : []) }
  const processes = { ...world.needs.processes, hasAccepted: async ({ pid }: Identity) => pid === acceptor }
  const parts = { ...world.needs, ports, processes, ...(descriptors && { descriptors }) }
  const live = liveRun(world, acceptor === undefined ? {} : { pid: 5000 })
  const other = liveRun(world, { pid: 6000 })
  const checking = new Checking(parts, {
    name: 'web',
    inForce: () => inForceWith(config),
    all: () => [live, other],
    kept: { has: () => isKept, answerOf: async () => ({ status: 'up' }) },
    slotOf: () => (told.includes('check') ? slotAfter : slot),
    post: async (_live, event) => {
      told.push(event.type)
      events.push(event)
    },
    onChanged: () => changes++,
  })
  if (answer)
    link(live, method => {
      told.push(method)
      const said = method === 'sideDoor' ? (sideDoor ?? new P8aError('method_not_found', 'It is older')) : answer
      if (said instanceof Error) throw said
      return said
    })
  if (said) live.link.say(said)
  await checking.check(live, timeoutMs)
  const { seconds: _, ...counts } = live.checks.counts
  return { events, changes, counts, said: live.said, told }
}

test('check() posts that a run is well, and shows what it says of itself', async () => {
  const counts = { passed: 1, failed: 0, unanswered: 0 }
  const [events, told] = [[{ type: 'check-passed' }], ['check', 'check-passed']]
  assert.equal(await checked({ answer: { status: 'up' } }), { events, changes: 0, counts, said: undefined, told })
  const said: Said = { status: 'up', text: '3 users' }
  assert.equal(await checked({ answer: said }), { events, changes: 1, counts, said, told })
})

needs(test, 'linux')(
  'check() looks at a run of Node that comes up by its side door, once it says that it is up',
  async () => {
    const server = net.createServer(socket => socket.destroy())
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const sideDoor = { at: 'door', port: (server.address() as net.AddressInfo).port } as const
    const run = { number: 1, spec: 'spec', failures: 0, restarts: 0 }
    const slot: Slot = { at: 'starting', run, sinceMs: 0, askMs: 0 }
    // At port 1 nobody listens.
    const held = { name: 'main', host: '127.0.0.1', port: 1 }
    const asked: Asked = { config: { check: { tcp: true } }, answer: { status: 'up' }, held, slot }
    const toldOf = async (more: Asked) => (await checked({ ...asked, ...more })).told
    try {
      assert.equal(await toldOf({ sideDoor }), ['check', 'sideDoor', 'check-passed'])
      assert.equal(await toldOf({ sideDoor, answer: { status: 'waiting' } }), ['check', 'check-failed'])
      const { events } = await checked({ ...asked, sideDoor: { at: 'nowhere' } })
      assert.equal(events, [{ type: 'check-failed', said: 'port 1 takes no connection yet' }])
      // What has no such door is looked at where all are, and so is what others have to reach meanwhile.
      for (const more of [{ sideDoor: { at: 'port' } as const }, {}])
        assert.equal(await toldOf(more), ['check', 'sideDoor', 'check-failed'])
      const config = { check: { tcp: true, command: 'true' } } as const
      assert.equal(await toldOf({ sideDoor, config }), ['check', 'check-failed'])
    } finally {
      server.close()
    }
  },
)

test('check() posts what is wrong with a run, in its words or by its status', async () => {
  const { events, changes, counts } = await checked({ answer: { status: 'error', text: 'no database' } })
  assert.equal([events, changes], [[{ type: 'check-failed', said: 'no database' }], 1])
  assert.equal(counts, { passed: 0, failed: 1, unanswered: 0 })
  const silent = await checked({ answer: { status: 'error' } })
  assert.equal(silent.events, [{ type: 'check-failed', said: 'it says error' }])
})

test('check() says nothing of a run that has come up meanwhile', async () => {
  const run = { number: 1, spec: 'spec', failures: 0, restarts: 0 }
  const slot: Slot = { at: 'starting', run, sinceMs: 0, askMs: 0 }
  const slotAfter: Slot = { at: 'up', run, sinceMs: 0, check: { at: 'resting', dueMs: 0, missed: 0 } }
  const { events, said } = await checked({ answer: { status: 'waiting', text: 'loading' }, slot, slotAfter })
  assert.equal([events, said], [[], undefined])
})

test('check() posts nothing without an answer, and counts that', async () => {
  for (const asked of [{}, { answer: new Error('it took too long') }]) {
    const { events, counts } = await checked(asked)
    assert.equal([events, counts], [[], { passed: 0, failed: 0, unanswered: 1 }])
  }
})

test('check() is no complaint of a run where the host itself has no descriptor for its link', async () => {
  const descriptors = new Descriptors({ limit: Number.POSITIVE_INFINITY, kept: 0, nowMs: () => 0 })
  Object.defineProperty(descriptors, 'isShort', { value: true })
  const { events, counts } = await checked({ descriptors })
  assert.equal([events, counts.unanswered], [[{ type: 'check-passed' }], 1])
})

test('check() takes a look from outside for more than a run that says it is well, and not for more than one that says it is not', async () => {
  // It has no port.
  const config = { check: { tcp: true } } as const
  const { events } = await checked({ config, answer: { status: 'up' } })
  assert.is(events[0]?.type, 'check-failed')
  const check = { at: 'asked', dueMs: 0, missed: 0 } as const
  const slot: Slot = {
    at: 'draining',
    run: { number: 1, spec: 'spec', failures: 0, restarts: 0 },
    sinceMs: 0,
    dueMs: 0,
    check,
  }
  const draining = await checked({ config, answer: { status: 'up' }, slot })
  assert.equal(draining.events, [{ type: 'check-passed' }], 'another run would answer for one that drains')
  const own = await checked({ config, answer: { status: 'error', text: 'no database' } })
  assert.equal(own.events, [{ type: 'check-failed', said: 'no database' }])
})

test('check() takes back what was shown of a service while it was waited for, and not what a run of Node says of itself', async () => {
  const server = net.createServer(socket => socket.destroy())
  await once(server.listen(0), 'listening')
  const config = { check: { tcp: (server.address() as net.AddressInfo).port } }
  const said: Said = { status: 'waiting', text: 'it takes no connection yet' }
  try {
    assert.equal((await checked({ config, isKept: true, said })).said, { status: 'up' })
    assert.equal((await checked({ config, answer: { status: 'up' }, said })).said, said)
  } finally {
    server.close()
  }
})

needs(test, 'linux')('check() looks at the address at which the host holds the port', async () => {
  const server = net.createServer(socket => socket.destroy())
  await once(server.listen(0, '127.0.0.2'), 'listening')
  const { port } = server.address() as net.AddressInfo
  const config = { check: { tcp: true } } as const
  try {
    const held = { name: 'main', host: '127.0.0.2', port }
    assert.equal((await checked({ config, answer: { status: 'up' }, held })).events, [{ type: 'check-passed' }])
    const elsewhere = await checked({ config, answer: { status: 'up' }, held: { ...held, host: '127.0.0.3' } })
    assert.is(elsewhere.events[0]?.type, 'check-failed')
  } finally {
    server.close()
  }
})

needs(test, 'linux')(
  'check() wants a service that comes up to take the connection itself, unless nobody is seen to take it',
  async () => {
    const taken: net.Socket[] = []
    const server = net.createServer(socket => void taken.push(socket))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as net.AddressInfo
    const run = { number: 1, spec: 'spec', failures: 0, restarts: 0 }
    const asked: Asked = {
      ...{ isKept: true, config: { check: { tcp: true } }, timeoutMs: 60_000 },
      held: { name: 'main', host: '127.0.0.1', port },
      slot: { at: 'starting', run, sinceMs: 0, askMs: 0 },
    }
    const passed = [{ type: 'check-passed' }]
    try {
      assert.equal((await checked({ ...asked, acceptor: 5000 })).events, passed)
      assert.equal((await checked({ ...asked, acceptor: 7000 })).events, passed)
      const { events, said } = await checked({ ...asked, acceptor: 6000, timeoutMs: 1 })
      assert.equal(events, [
        { type: 'check-failed', said: `port ${port} is served by other runs, and not by this one yet` },
      ])
      assert.is(said?.status, 'waiting')
    } finally {
      for (const socket of taken) socket.destroy()
      server.close()
    }
  },
)

test.run()
