// Pods that sleep, on a machine without processes. Not here: real sockets (e2e/sleep.test.ts).
import { existsSync } from 'node:fs'
import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { unsavedText } from '../../../daemon/tree/unsaved.ts'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'
import { Keeper } from '../inside/keeper.ts'
import type { Shim } from '../inside/shim.ts'

const listen = { main: '127.0.0.1:8080' }

/** A pod that is up, and sleeps when its run says that it is still. */
async function sleepy(host: Inside, name: string, config: object = {}) {
  await host.push(name)
  await host.do('pod.start', { name, config: { listen: 'unix', sleep: '1m', ...config } })
  return (await host.status(name)).runs[0]?.id ?? ''
}

async function sleeps(host: Inside, name: string): Promise<void> {
  const isAsleep = async () => {
    const { asleepSince, status } = await host.status(name)
    return asleepSince !== undefined && status === 'idle'
  }
  await until(isAsleep, `${name} sleeps`, { everyMs: 2 })
}

async function knock(host: Inside, name: string): Promise<void> {
  await until(() => host.machine.keepers.some(keeper => keeper.knock(name)), `${name} is watched`, { everyMs: 2 })
}

test('Sleepers puts a pod to sleep once its run is still, and wakes it for whoever connects', async () => {
  await using host = await Inside.open()
  const run = await sleepy(host, 'web')
  const { still } = host.machine.shimOf(run)
  still.resolve()
  await sleeps(host, 'web')
  const { status, text, want, asleepSince } = await host.status('web')
  assert.equal([status, text, want], ['idle', `asleep since ${asleepSince}`, 'up'])
  await knock(host, 'web')
  const { runs } = await host.becomes('web', 'up')
  assert.is(runs.at(-1)?.id, 'web.2')
})

test('a run does not rest before a keeper has its sockets, which it may be the last to have', async () => {
  await using host = await Inside.open()
  const shim = host.machine.shimOf(await sleepy(host, 'web'))
  const { dial } = Keeper.prototype
  host.machine.onKeeper = keeper => {
    keeper.dial = () => {}
  }
  host.machine.keepers[0]?.end(null, 'SIGKILL')
  shim.still.resolve()
  const next = await until(() => host.machine.keepers[1], 'another keeper is begun', { everyMs: 2 })
  await until(async () => (await host.status('web')).asleepSince !== undefined, 'it is to sleep', { everyMs: 2 })
  assert.not(shim.told.some(([method]) => method === 'rest'))
  dial.call(next)
  await until(() => shim.told.some(([method]) => method === 'rest'), 'it is asked to rest', { everyMs: 2 })
  await sleeps(host, 'web')
})

test('Sleepers leaves a pod awake whose run has something to do just then', async () => {
  await using host = await Inside.open()
  const shim = host.machine.shimOf(await sleepy(host, 'web'))
  shim.rests = false
  shim.still.resolve()
  await until(() => shim.told.some(([method]) => method === 'rest'), 'it is asked', { everyMs: 2 })
  const { asleepSince, runs } = await until(
    async () => {
      const now = await host.status('web')
      return now.asleepSince === undefined && now.status === 'up' && now
    },
    'it is awake',
    { everyMs: 2 },
  )
  assert.equal([asleepSince, runs.map(({ id }) => id)], [undefined, ['web.1']])
})

test('Sleepers lets no run rest before the sockets of its pod outlive their keeper', async () => {
  await using host = await Inside.open()
  const shim = host.machine.shimOf(await sleepy(host, 'web'))
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const keeper of host.machine.keepers) keeper.covers = promise
  const isAsked = () => shim.told.some(([method]) => method === 'rest')
  shim.still.resolve()
  await until(() => host.machine.keepers.some(({ covered }) => covered.includes('web')), 'they are to be covered')
  assert.not(isAsked())
  resolve()
  await sleeps(host, 'web')
  assert.ok(isAsked())
})

test('Sleepers lets the next host know what sleeps', async () => {
  const before = await Inside.open()
  await sleepy(before, 'web')
  await before.do('pod.sleep', { name: 'web' })
  await before.leave()
  await using after = await Inside.open({ after: before })
  for (const keeper of after.machine.keepers) keeper.dial()
  assert.is((await after.status('web')).status, 'idle')
  await knock(after, 'web')
  await after.becomes('web', 'up')
})

test('Sleepers puts a pod to sleep on a full disk, by somebody or by itself, and the note is written once there is room', async () => {
  await using host = await Inside.open()
  const run = await sleepy(host, 'web')
  await sleepy(host, 'bed')
  const { paths } = host.seams
  const noted = (name: string) => existsSync(paths.pod(name).asleep)
  const disk = fullDisk('asleep.json')
  try {
    const { status, problem } = await host.do('pod.sleep', { name: 'bed' })
    assert.equal([status, problem, noted('bed')], ['idle', unsavedText, false])
    host.machine.shimOf(run).still.resolve()
    await sleeps(host, 'web')
    assert.equal([(await host.status('web')).problem, noted('web')], [unsavedText, false])
    // What is awake again needs no note.
    await host.do('pod.wake', { name: 'web' })
  } finally {
    disk.off()
  }
  const isSaved = async (name: string) => (await host.status(name)).problem === undefined
  await until(() => isSaved('bed'), 'that it sleeps is saved', { everyMs: 2 })
  await until(() => isSaved('web'), 'that it is awake is saved', { everyMs: 2 })
  assert.equal([noted('bed'), noted('web')], [true, false])
})

test('Sleepers begins no pod asleep that cannot be saved', async () => {
  await using host = await Inside.open()
  await host.push('web')
  const disk = fullDisk('asleep.json')
  try {
    await failsWith('no_space', () => host.do('pod.start', { name: 'web', config: { listen }, asleep: true }))
  } finally {
    disk.off()
  }
  const { want, problem } = await host.status('web')
  assert.equal([want, problem], ['idle', undefined])
})

/** Nothing is written to files of that name until it is off. */
function fullDisk(name: string): { off(): void } {
  const { writeFile } = files
  files.writeFile = async (path, ...rest) => {
    if (String(path).includes(name)) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
    return await writeFile(path, ...rest)
  }
  syncBuiltinESMExports()
  const off = () => {
    files.writeFile = writeFile
    syncBuiltinESMExports()
  }
  return { off }
}

test('Sleepers wakes what a pod needs with it, and lets that not sleep before it', async () => {
  await using host = await Inside.open()
  const db = await sleepy(host, 'db')
  const web = await sleepy(host, 'web', { needs: ['db'] })
  host.machine.shimOf(db).still.resolve()
  await failsWith('pod_running', () => host.do('pod.sleep', { name: 'db' }))
  assert.is((await host.status('db')).status, 'up')
  host.machine.shimOf(web).still.resolve()
  await sleeps(host, 'web')
  await sleeps(host, 'db')
  await knock(host, 'web')
  await host.becomes('web', 'up')
  assert.is((await host.status('db')).status, 'up')
})

test('Sleepers begins a pod asleep, whose first connection starts it', async () => {
  await using host = await Inside.open()
  await host.push('web')
  const { status, runs } = await host.do('pod.start', { name: 'web', config: { listen }, asleep: true })
  assert.equal([status, runs], ['idle', []])
  await knock(host, 'web')
  await host.becomes('web', 'up')
})

test('Sleepers turns away who waits for a pod that cannot start, and lets the next try again', async () => {
  await using host = await Inside.open()
  await host.push('web')
  let attempts = 0
  host.machine.onShim = shim => {
    shim.comesUp = false
    shim.onAssigned = () => {
      attempts++
      shim.end(1, null)
    }
  }
  await host.do('pod.start', { name: 'web', config: { listen, sleep: '1m', retries: 1 }, asleep: true })
  await knock(host, 'web')
  await host.becomes('web', 'error')
  const isTurnedAway = () => host.machine.keepers.some(({ turnedAway }) => turnedAway.includes('web'))
  await until(isTurnedAway, 'who waits is turned away', { everyMs: 2 })
  assert.is(attempts, 1)
  host.machine.onShim = () => {}
  await knock(host, 'web')
  await host.becomes('web', 'up')
})

test('a call wakes a pod that sleeps, of a client and of another pod', async () => {
  await using host = await Inside.open()
  await host.push('web', { exports: ['add'] })
  await host.push('caller')
  host.machine.onShim = shim => {
    shim.functions = { add: (a: number, b: number) => a + b }
  }
  await host.do('pod.start', { name: 'caller' })
  await host.do('pod.start', { name: 'web', config: { listen }, asleep: true })
  assert.is((await host.do('pod.call', { name: 'web', fn: 'add', args: [1, 2] })).value, 3)
  await host.do('pod.sleep', { name: 'web' })
  const met = await host.machine.shimOf('caller.1').peer?.request('resolve', { name: 'web', have: [] })
  assert.equal(
    met?.map(({ run }) => run),
    ['web.2'],
  )
})

test('a call wakes a pod whose run still takes its time to end', async () => {
  await using host = await Inside.open()
  const run = await sleepy(host, 'web')
  const shim = host.machine.shimOf(run)
  shim.functions = { who: () => run }
  host.machine.onShim = next => {
    next.functions = { who: () => 'another' }
  }
  shim.isStubborn = true
  shim.still.resolve()
  await until(() => shim.told.some(([method]) => method === 'drain'), 'it is asked to finish', { everyMs: 2 })
  assert.is((await host.do('pod.call', { name: 'web', fn: 'who', args: [] })).value, 'another')
})

test('whoever calls a run by its id that still ends wakes no other one', async () => {
  await using host = await Inside.open()
  await host.push('caller')
  await host.do('pod.start', { name: 'caller' })
  const shim = host.machine.shimOf(await sleepy(host, 'web'))
  shim.isStubborn = true
  shim.still.resolve()
  await until(() => shim.told.some(([method]) => method === 'drain'), 'it is asked to finish', { everyMs: 2 })
  const met = await host.machine.shimOf('caller.1').peer?.request('resolve', { name: 'web.1', have: [] })
  assert.equal([met?.map(({ run }) => run), host.said.includes('the pod wakes up')], [['web.1'], false])
})

test('a caller is not told that a pod is about to sleep, which it would wake as it asks who is left', async () => {
  await using host = await Inside.open()
  await host.push('caller')
  await host.do('pod.start', { name: 'caller' })
  await sleepy(host, 'web', { scale: 2 })
  const caller = host.machine.shimOf('caller.1')
  await caller.peer?.request('resolve', { name: 'web', have: [] })
  const [first, second] = ['web.1', 'web.2'].map(run => host.machine.shimOf(run)) as [Shim, Shim]
  const isSecondDone = Promise.withResolvers<boolean>()
  second.answers.set('rest', isSecondDone.promise)
  for (const { still } of [first, second]) still.resolve()
  await until(() => first.told.some(([method]) => method === 'drain'), 'one leaves', { everyMs: 2 })
  isSecondDone.resolve(true)
  await sleeps(host, 'web')
  assert.not(caller.told.some(([method]) => method === 'moved'))
})

test('a reload of a pod that sleeps begins the new version, and leaves it asleep with the old one if that does not come up', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web', config: { listen, retries: 1, giveUp: 1 } })
  await host.do('pod.sleep', { name: 'web' })
  await host.push('web', { code: '// two' })
  host.machine.onShim = shim => {
    shim.comesUp = false
    shim.onAssigned = () => shim.end(1, null)
  }
  await failsWith('start_failed', () => host.do('pod.reload', { name: 'web' }))
  const { version, asleepSince } = await host.status('web')
  assert.equal([version, asleepSince !== undefined], [1, true])
  host.machine.onShim = () => {}
  const { status, version: now } = await host.do('pod.reload', { name: 'web' })
  assert.equal([status, now], ['up', 2])
})

test('a scale leaves a pod asleep, a restart begins it, and a stop ends its sleep', async () => {
  await using host = await Inside.open()
  await sleepy(host, 'web')
  await host.do('pod.sleep', { name: 'web' })
  assert.is((await host.do('pod.scale', { name: 'web', scale: 2 })).status, 'idle')
  await knock(host, 'web')
  assert.is((await host.becomes('web', 'up')).runs.length, 2)
  await host.do('pod.sleep', { name: 'web' })
  assert.is((await host.do('pod.restart', { name: 'web' })).status, 'up')
  await host.do('pod.sleep', { name: 'web' })
  await host.do('pod.stop', { name: 'web' })
  const { status, want, asleepSince, text } = await host.status('web')
  assert.equal([status, want, asleepSince, text], ['idle', 'idle', undefined, ''])
})

test('a pod that sleeps, and whose sockets cannot be held, says that nobody can connect', async () => {
  const before = await Inside.open()
  await sleepy(before, 'web')
  await before.do('pod.sleep', { name: 'web' })
  await before.leave()
  for (const keeper of before.machine.keepers) keeper.end(null, 'SIGKILL')
  before.machine.onKeeper = keeper => {
    keeper.refusesPorts = true
  }
  await using after = await Inside.open({ after: before })
  const { text } = await after.becomes('web', 'error')
  assert.match(text, /^asleep, and nobody can connect: Another program has it/)
})

test('a pod that sleeps says that nobody can connect as long as what its keeper held is held by nobody', async () => {
  await using host = await Inside.open()
  await sleepy(host, 'web')
  await host.do('pod.sleep', { name: 'web' })
  host.machine.onKeeper = keeper => {
    keeper.refusesPorts = true
  }
  for (const keeper of host.machine.keepers) keeper.end(null, 'SIGKILL')
  const { text } = await host.becomes('web', 'error')
  assert.match(text, /^asleep, and nobody can connect: Another program has it/)
  for (const keeper of host.machine.keepers) keeper.refusesPorts = false
  const { text: after } = await host.becomes('web', 'idle')
  assert.match(after, /^asleep since /)
})

test('one that is started asleep is so once the process beside the keeper has its sockets', async () => {
  await using host = await Inside.open()
  const { promise, resolve } = Promise.withResolvers<void>()
  host.machine.onKeeper = keeper => {
    keeper.covers = promise
  }
  await host.push('web')
  let isAnswered = false
  const started = host.do('pod.start', { name: 'web', config: { listen }, asleep: true }).then(() => {
    isAnswered = true
  })
  const isAsked = () => host.machine.keepers.some(({ covered }) => covered.includes('web'))
  await until(isAsked, 'they are to be covered', { everyMs: 2 })
  assert.is(isAnswered, false)
  resolve()
  await started
})

test('Sleepers refuses a pod that has no port, and one that is not to be up', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await failsWith('bad_config', () => host.do('pod.start', { name: 'web', config: { sleep: '1m' } }))
  await failsWith('unsupported', () => host.do('pod.start', { name: 'web', asleep: true }))
  await failsWith('pod_not_up', () => host.do('pod.sleep', { name: 'web' }))
  await host.do('pod.start', { name: 'web' })
  await failsWith('unsupported', () => host.do('pod.sleep', { name: 'web' }))
})

test.run()
