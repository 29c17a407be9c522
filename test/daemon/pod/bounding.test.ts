// What is asked of the limits of a host. Not here: what they do (bounds/bounds.test.ts), containers (e2e/containers.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Bounding } from '../../../daemon/pod/bounding.ts'
import { inForceWith, liveRun } from './live-runs.ts'
import { podWorld } from './pod-world.ts'

/** A pod with, or without, limits, and what is done for its runs. */
function boundingIn(world: ReturnType<typeof podWorld>, limits?: { memory: number }) {
  const done: string[] = []
  const bounds = {
    hold: async ({ key }: { key: string }) => void done.push(`hold ${key}`),
    watch: ({ key }: { key: string }) => void done.push(`watch ${key}`),
    know: ({ key }: { key: string }) => void done.push(`know ${key}`),
    drop: (key: string) => void done.push(`drop ${key}`),
    forget: (key: string) => void done.push(`forget ${key}`),
    overOf: async (key: string) => `${key} was over`,
    includes: async () => {},
  }
  const bounding = new Bounding(
    { ...world.needs, path: 'a', bounds },
    { name: 'web', inForce: () => inForceWith(limits ? { limits } : {}), onOver: () => {} },
  )
  return { bounding, done }
}

test('Bounding holds a run to its limits by its path, and lets go of it at the end', async () => {
  using world = podWorld()
  const { bounding, done } = boundingIn(world, { memory: 1e6 })
  const live = liveRun(world, { pid: 5000 })
  await bounding.hold(live)
  bounding.watch(live)
  await bounding.endWithin(live)
  bounding.drop(live)
  assert.equal(done, ['hold a.web.1', 'watch a.web.1', 'drop a.web.1'])
  assert.is(await bounding.overOf(live), 'a.web.1 was over')
})

test('Bounding takes limits from a run that has none any more, and still knows it', async () => {
  using world = podWorld()
  const { bounding, done } = boundingIn(world)
  const live = liveRun(world, { pid: 5000 })
  await bounding.hold(live)
  assert.equal(done, ['drop a.web.1', 'know a.web.1'])
  assert.is(await bounding.overOf(live), undefined)
})

test('Bounding does nothing for a run whose process is not known', async () => {
  using world = podWorld()
  const { bounding, done } = boundingIn(world, { memory: 1e6 })
  await bounding.hold(liveRun(world))
  bounding.watch(liveRun(world))
  assert.equal(done, [])
})

test('Bounding forgets the runs of a host that ends, and drops none of their limits', () => {
  using world = podWorld()
  const { bounding, done } = boundingIn(world, { memory: 1e6 })
  bounding.detach([liveRun(world, { pid: 5000 })])
  assert.equal(done, ['forget a.web.1'])
})

test.run()
