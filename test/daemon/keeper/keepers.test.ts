import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Holder, Keepers } from '../../../daemon/keeper/keepers.ts'
import type { Watcher } from '../../../daemon/keeper/watcher.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import type { Seams } from '../../../daemon/system/seams.ts'
import type { ShimPeer } from '../../../daemon/system/shims.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { Telling } from '../../../protocol/events.ts'
import type { ScriptOrder, ServiceOrder, ShimOrder } from '../../../protocol/keeper.ts'
import type { Hello } from '../../../protocol/link.ts'
import { version } from '../../../protocol/version.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

const note = { code: 0, signal: null, timedOut: false, outputBytes: 0, cut: false }
const order = (at: Scratch) => ({ key: 'job.1', log: at.path('1.log') }) as ScriptOrder

/** A keeper's end of the link, which answers so, and notes what it is asked. */
function keeper(answer: (method: string) => unknown = () => ({ pid: 7 })) {
  const asked: string[] = []
  const request = async (method: string) => {
    asked.push(method)
    return await answer(method)
  }
  return { asked, peer: { request } as unknown as ShimPeer }
}

/** Keepers of a host, none of which is spawned for real: `onSpawn` may let one dial. */
function opened(at: Scratch, { adoptTimeout = 10_000, bootMs = 10_000, onSpawn = () => {}, hangs = false } = {}) {
  const said: string[] = []
  const signals: unknown[] = []
  const say = (_: string, message: string) => void said.push(message)
  const seams = {
    settings: { adoptTimeout },
    paths: dataPaths(at.dir),
    clock: { wallMs: () => 1, nowMs: () => 1 },
    log: { info: say, warn: say, error: say },
    shim: { node: 'node', file: 'shim.cjs' },
    tell: (event: Telling) => void said.push(event.type),
    processes: {
      spawn: async () => {
        if (hangs) await new Promise(() => {})
        setImmediate(onSpawn)
        return { identity: { pid: 99, startTime: '' }, exited: new Promise(() => {}) }
      },
      identify: async (pid: number) => ({ pid, startTime: '' }),
      signalGroup: async (of: unknown, signal: string) => signals.push([of, signal]),
    },
  } as unknown as Seams
  const keepers = new Keepers(seams, { bootMs })
  return { keepers, said, signals }
}

function hello(keepers: Keepers, scripts: { key: string; pid: number }[] = [], more: Partial<Hello> = {}): Hello {
  return { ticket: keepers.ticket, pid: 5, state: 'up', keeping: { version, scripts }, ...more }
}

/** A watcher that notes what it hears. */
function watcher() {
  const heard: unknown[] = []
  const hear =
    (what: string) =>
    (...given: unknown[]) =>
      void heard.push([what, ...given])
  const all = {
    onKept: hear('kept'),
    onNotKept: hear('not kept'),
    onEnded: hear('ended'),
    onUnlinked: hear('unlinked'),
  }
  return { heard, watcher: all as Watcher }
}

test('onHello() knows a keeper by its ticket, and nothing else', () => {
  using at = scratch()
  const { keepers } = opened(at)
  const { peer } = keeper()
  assert.is(keepers.onHello(hello(keepers, [], { ticket: 'other' }), peer), undefined)
  const { keeping: _, ...shim } = hello(keepers)
  assert.is(keepers.onHello(shim, peer), undefined)
  assert.equal(keepers.onHello(hello(keepers), peer), { do: 'go-on' })
  keepers.know('of an earlier host')
  assert.is(keepers.ticket, 'of an earlier host')
})

test('onHello() tells whose script the keeper has, and whose it has not', () => {
  using at = scratch()
  const { keepers } = opened(at)
  const [kept, gone] = [watcher(), watcher()]
  keepers.watch('job.1', kept.watcher)
  keepers.watch('job.2', gone.watcher)
  keepers.onHello(hello(keepers, [{ key: 'job.1', pid: 8 }]), keeper().peer)
  assert.equal([kept.heard, gone.heard], [[['kept', 8]], [['not kept']]])
})

test('onHello() ends what nobody knows of: a host before gave it up', async () => {
  using at = scratch()
  const { keepers, signals } = opened(at)
  keepers.onHello(hello(keepers, [{ key: 'job.1', pid: 8 }]), keeper().peer)
  await until(() => signals.length > 0, 'it is ended')
  assert.equal(signals, [[{ pid: 8, startTime: '' }, 'SIGKILL']])
})

test('a keeper of another version, or beside one that is there, begins nothing more', async () => {
  using at = scratch()
  const { keepers } = opened(at)
  const [old, current, second] = [keeper(), keeper(), keeper()]
  keepers.onHello(hello(keepers, [], { keeping: { version: '0.0.1', scripts: [] } }), old.peer)
  keepers.onHello(hello(keepers), current.peer)
  keepers.onHello(hello(keepers), second.peer)
  assert.equal(await keepers.begin(order(at)), { pid: 7 })
  assert.equal([old.asked, current.asked, second.asked], [['retire'], ['begin'], ['retire']])
})

test('begin() spawns a keeper where there is none, one for all who ask at once', async () => {
  using at = scratch()
  let spawned = 0
  const { peer, asked } = keeper()
  const { keepers } = opened(at, {
    onSpawn: () => {
      spawned++
      keepers.onHello(hello(keepers), peer)
    },
  })
  await Promise.all([keepers.begin(order(at)), keepers.begin({ ...order(at), key: 'job.2' })])
  assert.equal([spawned, asked], [1, ['begin', 'begin']])
})

test('begin() gives up on a keeper that does not come up in time, or that the system does not spawn', async () => {
  using at = scratch()
  for (const hangs of [false, true]) {
    const { keepers } = opened(at, { bootMs: 5, hangs })
    const both = await Promise.allSettled([keepers.begin(order(at)), keepers.begin({ ...order(at), key: 'job.2' })])
    assert.equal(
      both.map(outcome => 'reason' in outcome && outcome.reason.code),
      ['timeout', 'timeout'],
    )
  }
})

test('beginService() asks the keeper that holds the sockets of the pod, and any where it has none', async () => {
  using at = scratch()
  const { keepers } = opened(at)
  const one = keeper()
  const holder = keeper()
  const keeping = { version, scripts: [], ports: [{ key: 'web', ports: [] }] }
  keepers.onHello(hello(keepers), one.peer)
  keepers.onHello(hello(keepers, [], { pid: 6, keeping }), holder.peer)
  const service = (key: string, ports?: string) => ({ key, ports, log: { file: at.path(key) } }) as ServiceOrder
  assert.is((await keepers.beginService(service('web.1', 'web'))).keeper?.pid, 6)
  assert.is((await keepers.beginService(service('job.1'))).keeper?.pid, 5)
  assert.equal(one.asked, ['beginService'])
  assert.equal(holder.asked, ['retire', 'beginService'])
})

test('beginShim() waits so long for a keeper that hangs', async () => {
  using at = scratch()
  const { keepers } = opened(at, { adoptTimeout: 5 })
  const waits: unknown[] = []
  const request = async (_method: string, _order: object, { timeoutMs }: { timeoutMs?: number } = {}) => {
    waits.push(timeoutMs)
    throw new P8aError('timeout', 'made to hang')
  }
  const holder = { peer: { request }, pid: 5, ports: new Set<string>() } as unknown as Holder
  await failsWith('timeout', () => keepers.beginShim(holder, {} as ShimOrder))
  assert.equal(waits, [5])
})

test('begin() asks another keeper where one ended just then, unless the script may have begun', async () => {
  using at = scratch()
  const { keepers } = opened(at)
  let tries = 0
  const { peer } = keeper(() => {
    if (++tries === 1) throw new P8aError('pod_not_up', 'gone')
    return { pid: 7 }
  })
  keepers.onHello(hello(keepers), peer)
  assert.equal(await keepers.begin(order(at)), { pid: 7 })
  tries = 0
  at.file('1.log', '')
  await failsWith('pod_not_up', () => keepers.begin(order(at)))
})

test('begin() fails where the keeper refuses', async () => {
  using at = scratch()
  const { keepers } = opened(at)
  const { peer, asked } = keeper(() => Promise.reject(new P8aError('run_active', 'job.1 has begun already')))
  keepers.onHello(hello(keepers), peer)
  await failsWith('run_active', () => keepers.begin(order(at)))
  assert.equal(asked, ['begin'])
})

test('begin() waits so long for an answer; one that comes later is told, and the keeper is retired', async () => {
  using at = scratch()
  const { keepers } = opened(at, { adoptTimeout: 5 })
  const late = Promise.withResolvers<{ pid: number }>()
  const { peer, asked } = keeper(method => (method === 'begin' ? late.promise : null))
  keepers.onHello(hello(keepers), peer)
  const { heard, watcher: of } = watcher()
  keepers.watch('job.1', of)
  await failsWith('timeout', () => keepers.begin(order(at)))
  assert.equal(asked, ['begin', 'retire'])
  late.resolve({ pid: 8 })
  await until(() => heard.length > 0, 'it is told', { everyMs: 1 })
  assert.equal(heard, [['kept', 8]])
})

test('giveUp() ends a script that a keeper says later it has begun', async () => {
  using at = scratch()
  const { keepers, signals } = opened(at)
  const { heard, watcher: of } = watcher()
  keepers.watch('job.1', of)
  keepers.giveUp('job.1')
  keepers.onHello(hello(keepers, [{ key: 'job.1', pid: 8 }]), keeper().peer)
  await until(() => signals.length > 0, 'it is ended', { everyMs: 1 })
  assert.equal([signals, heard], [[[{ pid: 8, startTime: '' }, 'SIGKILL']], []])
})

test('onEnded() tells the watcher, unless it is no note or of no keeper', () => {
  using at = scratch()
  const { keepers } = opened(at)
  const { peer } = keeper()
  const { heard, watcher: of } = watcher()
  keepers.onHello(hello(keepers, [{ key: 'job.1', pid: 8 }]), peer)
  keepers.watch('job.1', of)
  keepers.onEnded(peer, { key: 'job.1', note: { ...note, code: null } })
  keepers.onEnded(keeper().peer, { key: 'job.1', note })
  assert.equal(heard, [])
  keepers.onEnded(peer, { key: 'job.1', note })
  keepers.onUnlinked(peer)
  assert.equal(heard, [['ended', note]], 'what has ended has no keeper any more')
})

test('onUnlinked() tells those whose keeper is gone, unless this host itself goes', () => {
  using at = scratch()
  for (const isLeaving of [false, true]) {
    const { keepers, said } = opened(at)
    const { peer } = keeper()
    const { heard, watcher: of } = watcher()
    keepers.onHello(hello(keepers, [{ key: 'job.1', pid: 8 }]), peer)
    keepers.watch('job.1', of)
    if (isLeaving) keepers.detach()
    keepers.onUnlinked(peer)
    assert.is(heard.length, isLeaving ? 0 : 1)
    assert.is(said.includes('keeper-lost'), !isLeaving)
  }
})

test.run()
