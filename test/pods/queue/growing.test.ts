import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Growing } from '../../../pods/queue/growing.ts'
import { until } from '../../until.ts'
import { aWorker } from './made.ts'

function standing(worker = aWorker({ growAt: 1 })) {
  const asked: string[] = []
  const world = { worker, waiting: 0, nowMs: 1000 }
  const verb = (name: string, then: (to: number) => void) => async (pod: string, to: unknown) => {
    asked.push(typeof to === 'number' ? `${name} ${pod} ${to}` : `${name} ${pod}`)
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

test.run()
