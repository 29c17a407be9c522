// The process of a run, which a fake of the system has.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { RunProcess } from '../../../daemon/pod/run-process.ts'
import type { Mark } from '../../../daemon/system/orphans.ts'
import type { ExitOutcome, Heir, Identity, Processes } from '../../../daemon/system/process.ts'
import { until } from '../../until.ts'

const identity: Identity = { pid: 4711, startTime: 'start' }

const heir = (pid: number, group = pid): Heir => ({ pid, startTime: 'start', name: 'nginx', group })

const mark: Mark = { run: 'web.1', storage: '/data/pods/web/storage' }

/** A system in which one process lives, until somebody else has its pid. */
function system(options: { mark?: Mark } = {}) {
  const at = { startTime: 'start', looks: 0, sent: [] as string[], sweeps: 0, failing: 0, heirs: [] as Heir[] }
  const processes: Processes = {
    spawn: async () => {
      throw new Error('nothing is spawned here')
    },
    identify: async pid => {
      at.looks++
      return { pid, startTime: at.startTime }
    },
    signalGroup: async ({ startTime }, signal) => {
      if (startTime !== at.startTime) return false
      at.sent.push(signal)
      return true
    },
    signalRest: async () => false,
    hasRest: async () => false,
    offspring: async () => [],
    lifeline: async () => 'pipe (deleted)',
    heirs: async ({ since, lifeline, mark: of }) =>
      since === identity.startTime && (lifeline === 'pipe (deleted)' || of === mark) ? [...at.heirs] : [],
    signal: async ({ pid }, signal) => {
      at.sent.push(`${signal} ${pid}`)
      // The first one began another just then.
      at.heirs = at.heirs.filter(one => one.pid !== pid).concat(pid === 5000 ? [heir(5001)] : [])
      return true
    },
    listens: async () => false,
    hasAccepted: async () => undefined,
    list: async () => [],
    limit: async () => {},
    ending: () => ({ code: null, signal: 'SIGRTMIN+6' }),
    isStopped: () => false,
    sweepGroup: async () => {
      at.sweeps++
      if (at.sweeps <= at.failing) throw new Error('EMFILE')
    },
  }
  const gone: (ExitOutcome | undefined)[] = []
  return { at, gone, process: new RunProcess(processes, outcome => void gone.push(outcome), options) }
}

test('RunProcess tells of the end of a child as the system does', async () => {
  const { at, gone, process } = system()
  assert.is(process.identity, undefined)
  process.become({ identity, exited: Promise.resolve({ code: 3, signal: null }) })
  await until(() => gone.length > 0, 'it is gone')
  assert.equal([gone, process.identity, at.looks], [[{ code: 3, signal: null }], identity, 0])
})

test('RunProcess looks for one that an earlier host spawned until it is linked, and again when the link goes', async () => {
  const { at, gone, process } = system()
  process.adopt(identity)
  await until(() => at.looks > 1, 'it is looked for')
  process.onLinked()
  at.startTime = 'another'
  assert.equal(gone, [])
  process.onUnlinked()
  await until(() => gone.length > 0, 'it is gone')
  assert.equal(gone, [undefined])
  process.detach()
})

test('RunProcess goes on looking for one that stands before the process that is linked', async () => {
  const { at, gone, process } = system()
  process.adopt(identity)
  process.onLinked({ isApart: true })
  at.startTime = 'another'
  await until(() => gone.length > 0, 'it is gone')
  process.detach()
})

test('RunProcess looks for one that a signal did not reach, and remembers what was sent last', async () => {
  const { at, gone, process } = system()
  process.adopt(identity)
  process.onLinked()
  await process.signal('SIGTERM')
  assert.equal([at.sent, process.lastSignal], [['SIGTERM', 'SIGCONT'], 'SIGTERM'])
  at.startTime = 'another'
  await process.signal('SIGKILL')
  await until(() => gone.length > 0, 'it is gone')
  assert.is(process.lastSignal, 'SIGKILL')
  process.detach()
})

test('RunProcess sweeps its group until that is done, and tells of the first try that failed', async () => {
  const { at, process } = system()
  const failures: unknown[] = []
  process.adopt(identity)
  at.failing = 2
  assert.is(await process.sweep(error => failures.push(error)), true)
  assert.equal([at.sweeps, failures.length], [3, 1])
  process.detach()
})

test('RunProcess sweeps what has gone into the background, and what that begins meanwhile', async () => {
  const { at, process } = system()
  process.become({ identity, exited: Promise.resolve({ code: 0, signal: null }) })
  at.heirs = [heir(5000)]
  assert.equal([await process.left(), await process.hasRest()], [[], false], 'its keeper says nothing of a lifeline')
  process.leaves('pipe (deleted)')
  assert.equal([await process.left(), await process.hasRest()], [['nginx'], true])
  assert.is(await process.sweep(() => {}), true)
  assert.equal([at.sent, await process.left()], [['SIGKILL 5000', 'SIGKILL 5001'], []])
})

test('RunProcess signals once what one that is to stop has in its group and in the background, if it was begun with a lifeline', async () => {
  for (const [hasLifeline, sent] of [
    [true, ['SIGTERM', 'SIGTERM 5002', 'SIGCONT']],
    [false, ['SIGTERM', 'SIGCONT']],
  ] as const) {
    const { at, process } = system()
    process.become({ identity, exited: new Promise(() => {}) })
    at.heirs = [heir(identity.pid), heir(5002), heir(5003, identity.pid)]
    await process.findOffspring({ hasLifeline })
    await process.signal('SIGTERM')
    assert.equal(at.sent, sent)
  }
})

test('RunProcess signals the first process alone where that is wanted, lets the rest of its group continue, and kills all', async () => {
  const { at, process } = system()
  process.become({ identity, exited: new Promise(() => {}) })
  at.heirs = [heir(5002), heir(5003, identity.pid)]
  await process.findOffspring({ hasLifeline: true })
  await process.signal('SIGTERM', { to: 'main' })
  assert.equal([at.sent, process.lastSignal], [[`SIGTERM ${identity.pid}`, 'SIGCONT'], 'SIGTERM'])
  await process.signal('SIGKILL')
  assert.equal(at.sent.slice(2), ['SIGKILL', 'SIGKILL 5002'])
})

test('RunProcess knows what it has left by its mark, as by a lifeline', async () => {
  const { at, process } = system({ mark })
  process.become({ identity, exited: Promise.resolve({ code: 0, signal: null }) })
  at.heirs = [heir(5002)]
  assert.equal([await process.left(), await process.hasRest()], [['nginx'], true])
  await process.signal('SIGTERM')
  assert.equal(at.sent, ['SIGTERM', 'SIGTERM 5002', 'SIGCONT'])
  assert.equal([await process.sweep(() => {}), at.heirs], [true, []])
})

test('RunProcess leaves the sweeping to the next host once it is detached', async () => {
  const { at, process } = system()
  process.adopt(identity)
  at.failing = Number.POSITIVE_INFINITY
  assert.is(await process.sweep(() => process.detach()), false)
  assert.is(at.sweeps, 1)
})

test('RunProcess looks at its end while its link closes, and knows whether it was ever linked', () => {
  const { process } = system()
  process.onLinkEnds()
  assert.equal([process.ending, process.wasLinked], [undefined, false], 'there is no process')
  process.become({ identity, exited: new Promise(() => {}) })
  process.onLinked()
  process.onLinkEnds()
  assert.equal([process.ending, process.wasLinked], [{ code: null, signal: 'SIGRTMIN+6' }, true])
})

test.run()
