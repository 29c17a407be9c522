// Runs without processes that are asked, and signalled. Not here: when (lifecycle/decide.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { RestEvent } from '../../../daemon/lifecycle/seat.ts'
import type { Slot, SlotEvent } from '../../../daemon/lifecycle/slot.ts'
import { Stopping } from '../../../daemon/pod/stopping.ts'
import { inForceWith, link, liveRun } from './live-runs.ts'
import { podWorld } from './pod-world.ts'

/** What stops the runs of a pod, and what comes of it. `slot`: the state of a run. */
function stoppingIn(
  world: ReturnType<typeof podWorld>,
  { isKept = false, want = 'up', config = {}, slot = {} }: Of = {},
) {
  const done: string[] = []
  const failures: string[] = []
  const inForce = inForceWith(config)
  const ports = {
    of: () => [],
    kept: async () => void done.push('ports kept'),
    cover: async () => void done.push('covered'),
  }
  const stopping = new Stopping(
    { path: '', ports },
    {
      name: 'web',
      inForce: () => ({ ...inForce, desired: { ...inForce.desired, want } }),
      kept: { has: () => isKept },
      slotOf: () => slot as Slot,
      isDetached: () => false,
      post: async (_live, { type }: SlotEvent | RestEvent) => void done.push(type),
      onFailed: (_live, what) => void failures.push(what),
    },
  )
  return { stopping, done, failures, live: liveRun(world, { pid: 5000 }) }
}

type Of = {
  isKept?: boolean
  want?: 'up' | 'idle'
  config?: Parameters<typeof inForceWith>[0]
  slot?: { at?: string; phase?: string }
}

test('Stopping asks a run over its link, once the sockets of a pod that is wanted have a keeper', async () => {
  using world = podWorld()
  const { stopping, done, live } = stoppingIn(world)
  link(live, method => {
    done.push(method)
    return method === 'rest' ? true : {}
  })
  await stopping.rest(live, 1000)
  await stopping.drain(live, 1000)
  await stopping.cleanup(live)
  assert.equal(done.slice(0, 4), ['ports kept', 'covered', 'rest', 'rested'])
  assert.equal(done.slice(4), ['ports kept', 'drain', 'drained', 'ports kept', 'cleanup', 'cleaned'])
})

test('Stopping waits for no keeper where the pod is not wanted', async () => {
  using world = podWorld()
  const { stopping, done, live } = stoppingIn(world, { want: 'idle', isKept: true })
  await stopping.drain(live, 1000)
  assert.equal(done, ['drained'])
})

test('Stopping posts nothing for a run whose link is lost: it says hello, and is asked again', async () => {
  using world = podWorld()
  const { stopping, done, live } = stoppingIn(world, { want: 'idle' })
  await stopping.drain(live, 1000)
  await stopping.cleanup(live)
  assert.equal(done, [])
})

test('Stopping takes what cannot be asked, in another language, as drained and cleaned', async () => {
  using world = podWorld()
  const { stopping, done, live } = stoppingIn(world, { want: 'idle', isKept: true })
  await stopping.drain(live, 1000)
  await stopping.cleanup(live)
  assert.equal([done, stopping.hasLifeline(live)], [['drained', 'cleaned'], true])
})

test('term() sends the signal of the config, that which the run named in its cleanup, or SIGTERM', async () => {
  using world = podWorld()
  const first = stoppingIn(world)
  await first.stopping.term(first.live)
  link(first.live, () => ({ stopSignal: 'SIGINT' }))
  await first.stopping.cleanup(first.live)
  await first.stopping.term(first.live)
  const { stopping } = stoppingIn(world, { config: { stopSignal: 'SIGQUIT' } })
  await stopping.term(first.live)
  const sent = world.signals.map(([, signal]) => signal).filter(signal => signal !== 'SIGCONT')
  assert.equal(sent, ['SIGTERM', 'SIGINT', 'SIGQUIT'])
})

test('term() sends it to the first process alone with stopTo main, and kill() to all', async () => {
  using world = podWorld()
  const sent: string[] = []
  const [one, group] = [sentTo('one'), sentTo('group')]
  world.needs.processes.signal = one
  world.needs.processes.signalGroup = group
  world.needs.processes.offspring = async () => [{ pid: 6000, startTime: 'new' }]
  for (const config of [{ stopTo: 'main' }, { stopTo: 'group' }, {}] as const) {
    const { stopping, live } = stoppingIn(world, { config })
    await stopping.term(live)
    await stopping.kill(live)
  }
  const killed = ['SIGKILL group 5000', 'SIGKILL one 6000']
  const asked = ['SIGTERM group 5000', ...killed]
  assert.equal(sent, ['SIGTERM one 5000', ...killed, ...asked, ...asked])

  function sentTo(whom: string) {
    return async ({ pid }: { pid: number }, signal: string) => {
      if (signal !== 'SIGCONT') sent.push(`${signal} ${whom} ${pid}`)
      return true
    }
  }
})

test('kill() says that a signal could not be sent while the system is short, and sends it where only what it began cannot be seen', async () => {
  using world = podWorld()
  const { stopping, failures, live } = stoppingIn(world)
  const fail = (code: string) => async () => {
    throw Object.assign(new Error(code), { code })
  }
  world.needs.processes.offspring = fail('EMFILE')
  await stopping.kill(live)
  assert.equal([failures, world.signals], [['SIGKILL could not be sent'], []])
  world.needs.processes.offspring = fail('ENOENT')
  await stopping.kill(live)
  assert.equal(world.signals, [[5000, 'SIGKILL']])
})

test('isAsked() is about a run that is being stopped, until it is killed', () => {
  using world = podWorld()
  const asked = (slot: Of['slot']) => {
    const { stopping, live } = stoppingIn(world, slot ? { slot } : {})
    return stopping.isAsked(live)
  }
  const all = [{ at: 'up' }, { at: 'stopping', phase: 'term' }, { at: 'stopping', phase: 'kill' }]
  assert.equal(all.map(asked), [false, true, false])
})

test.run()
