import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { LiveRun } from '../../../daemon/pod/live-run.ts'
import { Mounts } from '../../../daemon/tree/mounts.ts'
import { failsWith } from '../../fails.ts'

type Peer = NonNullable<LiveRun['peer']>

/** Runs of a pod `lab`, some of which are linked. */
class Runs {
  #peers = new Map<LiveRun, Peer | undefined>()
  #last = 0

  linked(): LiveRun {
    const live = this.unlinked()
    this.#peers.set(live, {} as Peer)
    return live
  }

  unlinked(): LiveRun {
    const number = ++this.#last
    const live = Object.create(LiveRun.prototype, {
      ref: { value: { number } },
      peer: { get: () => this.#peers.get(live) },
    }) as LiveRun
    return live
  }

  unlink(live: LiveRun): void {
    this.#peers.delete(live)
  }
}

const mountsOf = (path = '') => new Mounts('lab', () => ({ path, pod: 'lab' }))

test('present is the first run that is there', () => {
  const runs = new Runs()
  const mounts = mountsOf()
  const [one, two] = [runs.linked(), runs.linked()]
  mounts.add(one, { handles: ['start'] })
  mounts.add(two, { handles: ['stop'] })
  assert.is(mounts.present.live, one)
  runs.unlink(one)
  assert.is(mounts.present.live, two)
  assert.equal([...(mounts.handles ?? [])], ['stop'])
})

test('present fails at once where no run is there, and says whose host it is', async () => {
  const runs = new Runs()
  const mounts = mountsOf('outer')
  const one = runs.linked()
  mounts.add(one, { handles: ['start'] })
  runs.unlink(one)
  assert.not(mounts.isMounted)
  assert.is(mounts.handles, undefined)
  const error = await failsWith('host_gone', () => mounts.present)
  assert.is(error.message, 'The host at "lab" is gone: pod "lab" at "outer" does not mount it now')
})

test('handlesFor() asks the owner for others, and never for the owner itself', () => {
  const runs = new Runs()
  const mounts = mountsOf()
  const owner = runs.linked()
  mounts.add(owner, { handles: ['start'] })
  const other = runs.linked()
  assert.equal(
    [mounts.handlesFor(other, 'start'), mounts.handlesFor(other, 'stop'), mounts.handlesFor(owner, 'start')],
    [true, false, false],
  )
})

test('reachesFor() is so for others, and `reach` is no verb that the owner answers', () => {
  const runs = new Runs()
  const mounts = mountsOf()
  const [owner, other] = [runs.linked(), runs.linked()]
  assert.is(mounts.reachesFor(other), false)
  mounts.add(owner, { handles: ['reach', 'start'] })
  assert.equal([mounts.reachesFor(other), mounts.reachesFor(owner)], [true, false])
  assert.equal([...mounts.present.handles], ['start'])
})

test('add() takes the verbs of a run that is here again in place of what it said before', () => {
  const runs = new Runs()
  const mounts = mountsOf()
  const one = runs.linked()
  mounts.add(one, { handles: ['start'] })
  mounts.add(one, { handles: ['stop'] })
  assert.equal([...(mounts.handles ?? [])], ['stop'])
  assert.equal(mounts.runs, [one])
})

test('watch() tells that the owner comes and goes, and not that one of two runs goes', () => {
  const runs = new Runs()
  const mounts = mountsOf()
  let told = 0
  const unwatch = mounts.watch(() => told++)
  const [one, two] = [runs.linked(), runs.linked()]
  mounts.add(one, { handles: [] })
  mounts.add(two, { handles: [] })
  assert.is(told, 2)
  mounts.delete(one)
  mounts.look()
  assert.is(told, 2)
  runs.unlink(two)
  mounts.look()
  mounts.look()
  assert.is(told, 3)
  unwatch()
  mounts.add(runs.linked(), { handles: [] })
  assert.is(told, 3)
})

test.run()
