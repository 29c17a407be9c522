// Runs without processes that have ended. Not here: what each sign of an end means (exit-note.test.ts), what follows (lifecycle/decide.test.ts).
import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Exits, type ExitsOwner } from '../../../daemon/pod/exits.ts'
import { runPaths } from '../../../daemon/system/paths.ts'
import { inForceWith, liveRun } from './live-runs.ts'
import { podWorld } from './pod-world.ts'

const asking: ExitsOwner['stopping'] = {
  isAsked: () => false,
  signalOf: () => 'SIGTERM',
  stopToOf: () => 'group',
  hasLifeline: () => false,
}

function exitsIn(world: ReturnType<typeof podWorld>, owner: Partial<ExitsOwner> = {}) {
  return new Exits(world.needs, {
    name: 'web',
    inForce: () => inForceWith({}),
    kept: { has: () => false, noteOf: async () => undefined },
    stopping: asking,
    bounding: { overOf: async () => undefined },
    isDetached: () => false,
    onFailed: () => {},
    ...owner,
  })
}

test('endOf() tells the fault that a run left a note of', async () => {
  using world = podWorld()
  const live = liveRun(world, { pid: 5000 })
  const { exit } = runPaths(world.needs.paths.pod('web'), 1)
  writeFileSync(exit, JSON.stringify({ code: 1, message: 'no database' }))
  const end = await exitsIn(world).endOf(live, { code: 1, signal: null })
  assert.equal(end, { code: 1, signal: null, reason: 'fault', message: 'no database' })
})

test('endOf() names the limit that a run was over, whatever else is told of its end', async () => {
  using world = podWorld()
  const exits = exitsIn(world, { bounding: { overOf: async () => 'memory limit 1 MB' } })
  const end = await exits.endOf(liveRun(world, { pid: 5000 }), { code: null, signal: 'SIGKILL' })
  assert.equal(end, { code: null, signal: 'SIGKILL', reason: 'limit', message: 'memory limit 1 MB' })
})

test('endOf() takes the code by which the client of an engine tells a signal for that signal', async () => {
  using world = podWorld()
  const live = liveRun(world, { pid: 5000, isContained: true })
  const end = await exitsIn(world).endOf(live, { code: 137, signal: null })
  assert.equal(end, { code: null, signal: 'SIGKILL', reason: 'killed' })
})

test('endOf() tells what a run in another language left behind it, where it was not asked to end', async () => {
  using world = podWorld()
  world.needs.processes.lifeline = async () => 'pipe'
  world.needs.processes.heirs = async () => [{ pid: 6000, startTime: 'new', name: 'nginx', group: 6000 }]
  const live = liveRun(world, { pid: 5000 })
  await live.process.findOffspring({ hasLifeline: true })
  const kept = { has: () => true, noteOf: async () => undefined }
  const end = await exitsIn(world, { kept }).endOf(live, { code: 0, signal: null })
  assert.match(end?.message ?? '', 'nginx')
})

test('endOf() asks what a run left that ended before it was asked, but not where the first process alone is asked', async () => {
  for (const stopTo of ['group', 'main'] as const) {
    using world = podWorld()
    const asked: string[] = []
    const { processes } = world.needs
    processes.signalRest = async (_leader, signal) => asked.push(signal) > 0
    let left = 2
    processes.hasRest = async () => left-- > 0
    const stopping = { ...asking, isAsked: () => true, stopToOf: () => stopTo }
    const live = liveRun(world, { pid: 5000 })
    world.alive.delete(5000)
    await exitsIn(world, { stopping, inForce: () => inForceWith({ stopTimeout: 600_000 }) }).endOf(live, {
      code: 0,
      signal: null,
    })
    assert.equal([asked, left < 0], [stopTo === 'group' ? ['SIGTERM'] : [], true], stopTo)
  }
})

test('endOf() says nothing once the host is detached: the next one finds that end', async () => {
  using world = podWorld()
  const exits = exitsIn(world, { isDetached: () => true })
  assert.is(await exits.endOf(liveRun(world, { pid: 5000 }), { code: 0, signal: null }), undefined)
})

test('endOf() does not believe a run of the version that the pod is being reloaded to, where the code of that is damaged', async () => {
  using world = podWorld()
  const live = liveRun(world, { pid: 5000, version: 2 })
  writeFileSync(
    runPaths(world.needs.paths.pod('web'), 1).exit,
    JSON.stringify({ code: 1, message: 'no function', outlook: 'none' }),
  )
  const before = inForceWith({})
  const next = { ...before, desired: { ...before.desired, version: 2 } }
  const inForce = (spec?: string) => (spec === live.ref.spec ? next : before)
  const end = await exitsIn(world, { inForce }).endOf(live, { code: 1, signal: null })
  assert.equal(end, { code: 1, signal: null, reason: 'fault', message: 'no function' })
})

test.run()
