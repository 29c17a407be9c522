import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Growing } from '../../../pods/queue/growing.ts'
import type { Worker } from '../../../pods/queue/workers.ts'
import { until } from '../../until.ts'
import { aWorker } from './made.ts'

/** Two runs of others count, too. */
function noRoom(more: number, { worker, most }: { worker: Worker; most: number }): Error {
  const facts = { key: 'runs', quota: 'team', most: most + 2, used: worker.scale + 2, more }
  return Object.assign(new Error('no room'), { code: 'quota_exceeded', facts })
}

function standing(worker = aWorker({ growAt: 1 })) {
  const asked: string[] = []
  const world = { worker, waiting: 0, nowMs: 1000, most: 100, free: 0 }
  const verb = (name: string, then: (to: number) => void) => async (pod: string, to: unknown) => {
    asked.push(typeof to === 'number' ? `${name} ${pod} ${to}` : `${name} ${pod}`)
    if (Number(to) > world.most) throw noRoom(Number(to) - world.worker.scale, world)
    then(Number(to))
    return {} as never
  }
  const growing = new Growing({
    verbs: {
      wake: verb('wake', () => {
        world.worker = { ...world.worker, isAsleep: false, status: 'up' }
      }),
      sleep: verb('sleep', () => {
        world.worker = { ...world.worker, isAsleep: true, up: [] }
      }),
      scale: verb('scale', scale => {
        world.worker = { ...world.worker, scale }
      }),
    } as never,
    workers: () => new Map([['mail', world.worker]]),
    workOf: () => ({ waiting: world.waiting, running: 0, isPaused: false }),
    loadOf: () => ({ items: 0, idleSinceMs: 0 }),
    limitSlots: (queue, most) => void asked.push(`limit ${queue} ${most}`),
    now: () => world.nowMs,
    freeMemory: () => world.free,
    log: () => {},
  })
  return { growing, world, asked }
}

test('Growing scales a worker up by what waits, and wakes one that sleeps first', async () => {
  const { growing, world, asked } = standing(aWorker({ growAt: 1 }, { isAsleep: true, up: [], status: 'idle' }))
  growing.look()
  assert.equal(asked, [])
  world.waiting = 3
  growing.look()
  await until(() => asked.length === 2, 'it has been woken and scaled')
  assert.equal(asked, ['wake mail', 'scale mail 3'])
  growing.close()
})

test('Growing wakes one with no more runs than its work asks for, whatever it had when it fell asleep', async () => {
  const { growing, world, asked } = standing(
    aWorker({ growAt: 10 }, { isAsleep: true, up: [], status: 'idle', scale: 4 }),
  )
  world.waiting = 1
  growing.look()
  await until(() => asked.length === 2, 'it has been woken')
  assert.equal(asked, ['scale mail 1', 'wake mail'])
  growing.close()
})

test('Growing lets a worker that says what a run takes have no more runs than memory has room for, but one', async () => {
  const limits = { memory: 100 * 1024 ** 2 }
  const { growing, world, asked } = standing(aWorker({ growAt: 1, limits }, { isAsleep: true, up: [], status: 'idle' }))
  world.waiting = 9
  assert.match(growing.growth(world.worker).why, /^9 waiting.*: 9 runs wanted, memory for 1 of 100 MB$/)
  assert.is(growing.growth(world.worker).wanted, 1)
  world.worker = aWorker({ growAt: 1, limits })
  world.free = 350 * 1024 ** 2
  growing.look()
  await until(() => asked.length === 1, 'it has as many as there is room for')
  world.free = 250 * 1024 ** 2
  growing.look()
  assert.equal(asked, ['scale mail 4'], 'what its runs may still take is promised')
  world.nowMs += 30_000
  growing.look()
  await until(() => asked.length === 2, 'they have what they need')
  assert.equal(asked, ['scale mail 4', 'scale mail 6'])
  growing.close()
})

test('Growing lets one that has nothing to do for long enough fall asleep, and gives its runs nothing meanwhile', async () => {
  const { growing, world, asked } = standing()
  world.nowMs = 100_000
  growing.look()
  await until(() => asked.length === 3, 'it sleeps')
  assert.equal(asked, ['limit mail 0', 'sleep mail', 'limit mail undefined'])
  growing.close()
})

test('Growing leaves one alone that was stopped, or cannot start', () => {
  for (const over of [{ isWanted: false }, { status: 'error' as const }, { status: 'waiting' as const }]) {
    const { growing, world, asked } = standing(aWorker({}, over))
    world.waiting = 50
    growing.look()
    assert.equal(asked, [])
    growing.close()
  }
})

test('Growing grows as far as a quota has room for, and says whose it is while more are wanted', async () => {
  const { growing, world, asked } = standing()
  world.waiting = 9
  world.most = 4
  growing.look()
  await until(() => world.worker.scale === 4, 'it has as many as there is room for')
  assert.equal(asked, ['scale mail 9', 'scale mail 4'])
  assert.is(growing.growth(world.worker).why, '9 waiting, 4 runs, growAt 1: 9 runs wanted, "team" may have 6 runs')
  world.worker = { ...world.worker, scale: 9 }
  assert.is(growing.growth(world.worker).why, '9 waiting, 9 runs, growAt 1: 9 runs wanted')
  growing.close()
})

test('Growing says of one that may have no more runs why it has none', async () => {
  const { growing, world, asked } = standing()
  world.waiting = 9
  world.most = 1
  growing.look()
  await until(() => / may /.test(growing.growth(world.worker).why), 'it is refused')
  assert.equal(asked, ['scale mail 9'])
  assert.is(growing.growth(world.worker).why, '9 waiting, 1 run, growAt 1: 9 runs wanted, "team" may have 3 runs')
  growing.close()
})

test.run()
