// The slots of a service with processes that are not there at all: what the lifecycle asks for is done, and what comes of it goes
// back. Not here: what follows from what (lifecycle/decide.test.ts, walk.test.ts), what an earlier host left (tree/recover.test.ts).
import { mkdirSync, rmSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { BoundRun } from '../../../daemon/bounds/bounds.ts'
import { inForceOf } from '../../../daemon/pod/in-force.ts'
import type { LiveRun } from '../../../daemon/pod/live-run.ts'
import { RunNumbers } from '../../../daemon/pod/run-numbers.ts'
import { Slots } from '../../../daemon/pod/slots.ts'
import { runPaths } from '../../../daemon/system/paths.ts'
import type { ShimPeer } from '../../../daemon/system/shims.ts'
import type { Hello } from '../../../protocol/link.ts'
import type { RunEnd } from '../../../protocol/words.ts'
import { until } from '../../until.ts'
import { desired, image, podWorld } from './pod-world.ts'

/** The slots of a pod that is wanted once. */
function slotsIn(at: ReturnType<typeof podWorld>) {
  const ends: RunEnd[] = []
  const pod = { wanted: 1 }
  const slots = new Slots(at.needs, {
    name: 'web',
    numbers: new RunNumbers(0),
    inForce: () => inForceOf(desired, image),
    desiredCount: () => pod.wanted,
    isHeld: () => false,
    rests: () => undefined,
    onStirred: () => {},
    mayBegin: () => true,
    onChanged: () => {},
    onEnded: end => void ends.push(end),
    onReload: () => {},
  })
  return { slots, ends, pod, [Symbol.dispose]: () => slots.detach() }
}

/** The process of the run `number` dials. @returns what it is asked from then on */
async function dial(slots: Slots, number: number, hello: Partial<Hello> & { pid: number }) {
  const asked: string[] = []
  const peer = { request: async (method: string) => void asked.push(method) } as unknown as ShimPeer
  const live = slots.runs.get(number) as LiveRun
  const welcome = await slots.greeting.onHello(live, { ticket: live.ticket, state: 'empty', ...hello }, peer)
  return { welcome, asked, live, peer }
}

const at = (slots: Slots) => slots.all.get(0)?.at ?? 'vacant'

test('Slots gives a process its code once its pid is in its record', async () => {
  using world = podWorld()
  using of = slotsIn(world)
  await of.slots.reconcile()
  await until(() => at(of.slots) === 'booting', 'it boots')
  await until(() => world.recordOf(1).pid === 5000, 'its pid is saved')
  assert.is(world.recordOf(1).state, 'starting')
  const { welcome } = await dial(of.slots, 1, { pid: 5000 })
  assert.equal([welcome.do, at(of.slots)], ['run', 'starting'])
})

test('Slots gives no code to a process whose pid could not be saved: it is killed, and the next attempt made', async () => {
  using world = podWorld()
  using of = slotsIn(world)
  const { record } = runPaths(world.needs.paths.pod('web'), 1)
  const { take } = world.needs.spares
  world.needs.spares.take = async taking => {
    // Its first record is there by now; what is saved next finds a folder in its place.
    rmSync(record)
    mkdirSync(record)
    world.needs.spares.take = take
    return await take(taking)
  }
  await of.slots.reconcile()
  await until(() => at(of.slots) === 'refused', 'it is refused')
  assert.equal(world.signals, [[5000, 'SIGKILL']])
  assert.is((await dial(of.slots, 1, { pid: 5000 })).welcome.do, 'go-on')
  world.exit(5000, { code: null, signal: 'SIGKILL' })
  await until(() => world.spawned.length === 2, 'another is spawned')
  assert.is(of.ends[0]?.reason, 'spawn_failed')
})

test('Slots tells a process that has the ticket of a run and not its pid to end', async () => {
  using world = podWorld()
  using of = slotsIn(world)
  await of.slots.reconcile()
  await until(() => at(of.slots) === 'booting', 'it boots')
  assert.is((await dial(of.slots, 1, { pid: 4999 })).welcome.do, 'end')
  assert.is(at(of.slots), 'booting')
})

test('Slots spawns nothing that is not wanted any more when its turn to boot comes', async () => {
  using world = podWorld()
  using of = slotsIn(world)
  const leaves = await Promise.all(Array.from({ length: 16 }, () => world.needs.startGate.enter()))
  await of.slots.reconcile()
  of.pod.wanted = 0
  await of.slots.reconcile()
  assert.is(at(of.slots), 'spawning')
  for (const leave of leaves) leave()
  await until(() => of.ends.length === 1, 'it is over')
  assert.is(at(of.slots), 'vacant')
  assert.equal([world.spawned, of.ends[0]?.reason, world.recordOf(1).state], [[], 'stopped', 'ended'])
})

test('Slots sends a process without code SIGTERM at once, and asks one with code to clean up first', async () => {
  using world = podWorld()
  using of = slotsIn(world)
  await of.slots.reconcile()
  await until(() => at(of.slots) === 'booting', 'it boots')
  of.pod.wanted = 0
  await of.slots.reconcile()
  assert.equal(world.signals[0], [5000, 'SIGTERM'])
  world.exit(5000, { code: null, signal: 'SIGTERM' })
  await until(() => at(of.slots) === 'vacant', 'it is over')
  of.pod.wanted = 1
  await of.slots.reconcile()
  await until(() => at(of.slots) === 'booting', 'the next one boots')
  const { asked } = await dial(of.slots, 2, { pid: 5001 })
  of.pod.wanted = 0
  await of.slots.reconcile()
  await until(() => asked.length > 0, 'it is asked')
  assert.equal(asked, ['cleanup'])
  await until(() => world.signals.some(([pid]) => pid === 5001), 'it is signalled')
})

test('Slots takes the end of a run for what it is, with how long a stop took', async () => {
  using world = podWorld()
  using of = slotsIn(world)
  await of.slots.reconcile()
  await until(() => at(of.slots) === 'booting', 'it boots')
  const { live } = await dial(of.slots, 1, { pid: 5000 })
  of.slots.greeting.onReady(live)
  await until(() => world.recordOf(1).upAt !== undefined, 'that it is up is saved')
  of.pod.wanted = 0
  await of.slots.reconcile()
  world.exit(5000, { code: 3, signal: null })
  await until(() => of.ends.length === 1, 'it has ended')
  assert.equal(of.ends, [{ run: 'web.1', code: 3, signal: null, reason: 'stopped', tookMs: 0 }])
})

test('Slots tells that a run has ended once its output is complete and its end is saved, and until then that it is stopping', async () => {
  using world = podWorld()
  const { needs } = world
  const swept = Promise.withResolvers<void>()
  const sweeping = Promise.withResolvers<void>()
  needs.processes.sweepGroup = async () => {
    sweeping.resolve()
    await swept.promise
  }
  const looked = Promise.withResolvers<void>()
  const looking = Promise.withResolvers<void>()
  needs.processes.heirs = async () => {
    looking.resolve()
    await looked.promise
    return []
  }
  using of = slotsIn(world)
  const told = () => [of.slots.told.get(0)?.at, of.slots.wanted[0]?.at]
  await of.slots.reconcile()
  await until(() => at(of.slots) === 'booting', 'it boots')
  const { live } = await dial(of.slots, 1, { pid: 5000 })
  of.slots.greeting.onReady(live)
  await until(() => at(of.slots) === 'up', 'it is up')
  assert.equal(told(), ['up', 'up'])
  world.exit(5000, { code: 3, signal: null })
  await looking.promise
  assert.equal([at(of.slots), ...told()], ['up', 'stopping', 'stopping'])
  looked.resolve()
  await sweeping.promise
  assert.equal([at(of.slots), ...told()], ['spawning', 'stopping', 'stopping'])
  swept.resolve()
  await until(() => of.slots.told.get(0)?.at === 'booting', 'the next one boots')
  assert.equal([world.recordOf(1).state, of.ends.length], ['ended', 1])
})

test('Slots tells so of a run too that another one has taken the place of', async () => {
  using world = podWorld()
  const { needs } = world
  const over = Promise.withResolvers<BoundRun['onOver']>()
  needs.bounds.know = ({ onOver }) => over.resolve(onOver)
  const swept = Promise.withResolvers<void>()
  const sweeping = Promise.withResolvers<void>()
  needs.processes.sweepGroup = async () => {
    sweeping.resolve()
    await swept.promise
  }
  using of = slotsIn(world)
  const comesUp = async (number: number, pid: number) => {
    const { slots } = of
    await until(() => [at(slots), slots.beside.get(0)?.coming?.at].includes('booting'), 'it boots')
    const { live } = await dial(of.slots, number, { pid })
    of.slots.greeting.onReady(live)
  }
  const told = () => [of.slots.told.get(0)?.at, of.slots.toldBeside.get(0)?.leaving?.at]
  await of.slots.reconcile()
  await comesUp(1, 5000)
  ;(await over.promise)({ said: 'it has too much', isHard: false })
  await comesUp(2, 5001)
  await until(() => of.slots.beside.get(0)?.leaving !== undefined, 'the first one leaves')
  world.exit(5000, { code: 0, signal: null })
  await sweeping.promise
  assert.equal([of.slots.beside.get(0)?.leaving, ...told()], [undefined, 'up', 'stopping'])
  swept.resolve()
  await until(() => told()[1] === undefined, 'its end is told')
  assert.equal([world.recordOf(1).state, ...told()], ['ended', 'up', undefined])
})

test('Slots lets go of what holds a run to its limits once its processes are killed and its end is saved', async () => {
  using world = podWorld()
  const { needs } = world
  const done: string[] = []
  needs.processes.sweepGroup = async () => void done.push('swept')
  needs.bounds.drop = key => void done.push(`dropped ${key}, which has ${world.recordOf(1).state}`)
  using of = slotsIn(world)
  await of.slots.reconcile()
  await until(() => at(of.slots) === 'booting', 'it boots')
  of.pod.wanted = 0
  await of.slots.reconcile()
  world.exit(5000, { code: null, signal: 'SIGTERM' })
  await until(() => of.ends.length === 1, 'it has ended')
  assert.equal(done, ['swept', 'dropped web.1, which has ended'])
})

test('Slots hears nothing any more once it is detached, and leaves processes and files as they are', async () => {
  using world = podWorld()
  using of = slotsIn(world)
  await of.slots.reconcile()
  await until(() => at(of.slots) === 'booting', 'it boots')
  await until(() => world.recordOf(1).pid === 5000, 'its pid is saved')
  of.slots.detach()
  world.exit(5000, { code: 1, signal: null })
  await of.slots.reconcile()
  assert.equal([at(of.slots), world.recordOf(1).state, world.signals], ['booting', 'starting', []])
})

test.run()
