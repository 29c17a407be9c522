// Makes the processes of runs on a machine where none is real. Not here: what follows for the slot (slots.test.ts), spares
// (spare/spares.test.ts), services in other languages (kept-runs.test.ts).
import { mock } from 'node:test'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { SlotEvent } from '../../../daemon/lifecycle/slot.ts'
import { inForceOf } from '../../../daemon/pod/in-force.ts'
import { LiveRun } from '../../../daemon/pod/live-run.ts'
import { RunProcess } from '../../../daemon/pod/run-process.ts'
import { Spawning } from '../../../daemon/pod/spawning.ts'
import type { RunRecord } from '../../../daemon/store/run-record.ts'
import { Gate } from '../../../daemon/system/gate.ts'
import { until } from '../../until.ts'
import { desired, image, podWorld } from './pod-world.ts'

/** One run that is spawned, on a host that lets one boot at once; `post` handles its events when the test says so. */
function spawningIn(at: ReturnType<typeof podWorld>) {
  const events: SlotEvent['type'][] = []
  const handled = Promise.withResolvers<void>()
  const startGate = new Gate({ width: 1 })
  const inForce = inForceOf(desired, image)
  const spawning = new Spawning(
    { ...at.needs, startGate },
    {
      name: 'web',
      inForce: () => inForce,
      kept: { has: () => false, begin: async () => {} },
      post: async (_, { type }) => {
        events.push(type)
        if (type === 'turn') await handled.promise
      },
    },
  )
  const ref = { number: 1, spec: inForce.spec, failures: 0, restarts: 0 }
  const record = { id: 'web.1', slot: 0, ticket: 'secret', version: 1 } as RunRecord
  const live = new LiveRun({ ref, record, process: new RunProcess(at.needs.processes, () => {}) })
  return { spawning, live, events, startGate, handled }
}

test('Spawning lets a run boot whose turn is handled late: by then others may boot too', async () => {
  using world = podWorld()
  const { spawning, live, events, startGate, handled } = spawningIn(world)
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    void spawning.spawn(live)
    while (events.length === 0) await new Promise(resolve => setImmediate(resolve))
    assert.equal([events, startGate.inside], [['turn'], 1])
    mock.timers.tick(5000)
    assert.is(startGate.inside, 0)
  } finally {
    mock.timers.reset()
  }
  await spawning.boot(live)
  handled.resolve()
  await until(() => events.includes('spawned'), 'it has a process', { forMs: 10_000 })
  assert.equal([world.spawned, live.identity?.pid], [[5000], 5000])
})

test('Spawning gives the place back of a run that is not wanted any more when its turn comes', async () => {
  using world = podWorld()
  const { spawning, live, events, startGate, handled } = spawningIn(world)
  void spawning.spawn(live)
  await until(() => events.length > 0, 'it is its turn')
  handled.resolve()
  await until(() => startGate.inside === 0, 'its place is free')
  await spawning.boot(live)
  assert.equal([world.spawned, events], [[], ['turn']])
})

test.run()
