// Services that are kept: real ones, of a few milliseconds. Not here: the host (daemon/pod/kept-runs.test.ts).
import fs, { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { uptime } from 'node:os'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { holdersOf, nameOf } from '../../../daemon/system/kin.ts'
import type { ServiceEnd, ServiceOrder } from '../../../protocol/keeper.ts'
import { Keeping } from '../../../shim/keeper/keeping.ts'
import { Pipes } from '../../../shim/keeper/pipes.ts'
import { KeptService } from '../../../shim/keeper/service.ts'
import { failsWith } from '../../fails.ts'
import { isAlive } from '../../processes.ts'
import { type Scratch, scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

const order = (at: Scratch, script: string, more: Partial<ServiceOrder> = {}): ServiceOrder => ({
  key: 'web.1',
  command: ['/bin/sh', '-c', script],
  env: { PATH: process.env.PATH ?? '' },
  cwd: at.dir,
  log: {
    file: at.path('1.log'),
    maxFileBytes: 1e9,
    maxTotalBytes: 1e9,
    raw: { stdout: at.path('1.stdout.raw'), stderr: at.path('1.stderr.raw') },
  },
  exitFile: at.path('1.exit'),
  ...more,
})

const begin = async (at: Scratch, script: string, more: Partial<ServiceOrder> = {}) =>
  await KeptService.begin(order(at, script, more), { pipes: new Pipes(at.path('pipes')), onSaid: () => {} })

const linesIn = (at: Scratch) =>
  readFileSync(at.path('1.log'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => line.slice(31))

test('begin() keeps a service, and notes its code; its lines are in the log with their streams', async () => {
  using at = scratch()
  const service = await begin(at, 'echo one; echo two >&2; umask; exit 3')
  assert.equal(await service.ended, { code: 3, signal: null })
  await service.finish()
  assert.equal(linesIn(at).sort(), ['stderr F two', 'stdout F 0022', 'stdout F one'])
  assert.equal(JSON.parse(readFileSync(at.path('1.exit'), 'utf8')), { code: 3 })
  assert.is(statSync(at.path('1.log')).mode & 0o777, 0o600)
})

test('begin() notes the signal that ended a service', async () => {
  using at = scratch()
  const service = await begin(at, 'kill -9 $$')
  await isKilled(service)
  await service.finish()
  assert.equal(JSON.parse(readFileSync(at.path('1.exit'), 'utf8')), { code: null, signal: 'SIGKILL' })
})

test('begin() notes a signal for which Node has no name', async () => {
  using at = scratch()
  const service = await begin(at, 'kill -40 $$')
  assert.equal(await service.ended, { code: null, signal: 'SIGRTMIN+6' })
  await service.finish()
  assert.equal(JSON.parse(readFileSync(at.path('1.exit'), 'utf8')), { code: null, signal: 'SIGRTMIN+6' })
})

test('begin() tells by which lifeline that is found which a service leaves in the background, and notes it', async () => {
  using at = scratch()
  const service = await begin(at, 'setsid sleep 60 > background 2>&1 & echo $! > pid; exit 0')
  const end = await service.ended
  await service.finish()
  const left = Number(readFileSync(at.path('pid'), 'utf8'))
  try {
    assert.match(end.lifeline ?? '', at.path('pipes'))
    assert.equal(JSON.parse(readFileSync(at.path('1.exit'), 'utf8')), { code: 0, lifeline: end.lifeline })
    assert.equal(await holdersOf(end.lifeline ?? ''), [left])
    assert.is(await nameOf(left), 'sleep')
  } finally {
    process.kill(left, 'SIGKILL')
  }
})

/** Whether something still holds its lifeline at that moment, and is about to end too, is not said here. */
async function isKilled(service: KeptService): Promise<void> {
  const { code, signal } = await service.ended
  assert.equal({ code, signal }, { code: null, signal: 'SIGKILL' })
}

test('a service whose lease is over is ended with all that it has begun, also while it is stopped', async () => {
  using at = scratch()
  const lease = { file: at.path('lease'), forMs: 600_000 }
  const service = await begin(at, 'sleep 1000 & echo $! > child; kill -STOP $$; wait', { lease })
  const child = await until(
    () => existsSync(at.path('child')) && Number(readFileSync(at.path('child'), 'utf8')),
    'it runs',
  )
  writeFileSync(lease.file, String(uptime() * 1000 - lease.forMs))
  await isKilled(service)
  await until(() => !isAlive(child), 'what it has begun is gone')
  await service.finish()
})

test('a service that another keeper has taken up is ended by its lease too', async () => {
  using at = scratch()
  const service = await begin(at, 'sleep 1000')
  const lease = { file: at.path('lease'), forMs: 600_000 }
  writeFileSync(lease.file, String(uptime() * 1000 - lease.forMs))
  const { key, log, exitFile } = order(at, '')
  const startTime =
    readFileSync(`/proc/${service.pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')[19] ?? ''
  const other = KeptService.takeUp({ key, log, exitFile, lease, pid: service.pid, startTime }, { onSaid: () => {} })
  await isKilled(service)
  await other.ended
  other.abandon()
  await service.finish()
})

test('what a service writes to /dev/stdout empties nothing', async () => {
  using at = scratch()
  const service = await begin(at, 'echo 1; echo 2 > /dev/stdout; echo 3')
  await service.ended
  await service.finish()
  assert.equal(linesIn(at), ['stdout F 1', 'stdout F 2', 'stdout F 3'])
})

test('a line is in the log as soon as it is written', async () => {
  using at = scratch()
  const service = await begin(at, 'echo up; read line; echo "$line"', { stdin: at.path('in') })
  await until(() => linesIn(at).includes('stdout F up'), 'the line is there')
  appendFileSync(at.path('in'), 'hello\n')
  await service.ended
  await service.finish()
  assert.equal(linesIn(at), ['stdout F up', 'stdout F hello'])
})

test('begin() begins no process that it could not note, and leaves no note of what it could not begin', async () => {
  using at = scratch()
  // In the way of the note, as a full disk is.
  mkdirSync(at.path('1.begun'))
  await failsWith('start_failed', () => begin(at, 'echo begun > begun'))
  assert.equal([linesIn(at), existsSync(at.path('begun'))], [[], false])
  using other = scratch()
  const service = await begin(other, 'exec sleep 60')
  assert.is(JSON.parse(readFileSync(other.path('1.begun'), 'utf8')).pid, service.pid)
  process.kill(service.pid, 'SIGKILL')
  await service.ended
  await service.finish()
})

test('begin() begins no run twice, and says why one cannot be begun', async () => {
  using at = scratch()
  const service = await begin(at, 'exit 0')
  await failsWith('run_active', () => begin(at, 'exit 0'))
  await service.ended
  await service.finish()
  using other = scratch()
  await failsWith('start_failed', () => begin(other, '', { command: ['/no/such/program'] }))
})

test('takeUp() goes on with the log of a keeper that is gone: nothing is lost or there twice', async () => {
  using at = scratch()
  const first = await begin(at, 'echo one; read line; echo two; exit 4', { stdin: at.path('in') })
  await until(() => linesIn(at).length === 1, 'the first line is there')
  first.abandon()
  const stat = readFileSync(`/proc/${first.pid}/stat`, 'latin1')
  const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] as string
  const { key, log, exitFile } = order(at, '')
  const second = KeptService.takeUp({ key, log, exitFile, pid: first.pid, startTime }, { onSaid: () => {} })
  appendFileSync(at.path('in'), 'go\n')
  const { code, signal } = await second.ended
  assert.equal([code, signal], [null, null])
  await second.finish()
  assert.equal(linesIn(at), ['stdout F one', 'stdout F two'])
})

test('takeUp() does not take a service for gone that it cannot look at, with too many open files', async () => {
  if (process.platform !== 'linux') return
  using at = scratch()
  const first = await begin(at, 'read line; exit 4', { stdin: at.path('in') })
  first.abandon()
  const stat = readFileSync(`/proc/${first.pid}/stat`, 'latin1')
  const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] as string
  const { key, log, exitFile } = order(at, '')
  const read = fs.readFileSync
  let looks = 0
  fs.readFileSync = ((file: string, ...how: never[]) => {
    if (file !== `/proc/${first.pid}/stat`) return read(file, ...how)
    looks += 1
    throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' })
  }) as typeof read
  syncBuiltinESMExports()
  let isOver = false
  const second = KeptService.takeUp({ key, log, exitFile, pid: first.pid, startTime }, { onSaid: () => {} })
  try {
    void second.ended.then(() => {
      isOver = true
    })
    await until(() => looks > 1, 'it has looked again')
    assert.is(isOver, false)
  } finally {
    fs.readFileSync = read
    syncBuiltinESMExports()
  }
  appendFileSync(at.path('in'), 'go\n')
  await second.ended
  await second.finish()
})

test('a service goes on writing though its keeper and what emptied its pipe are gone, and its lines are in the log', async () => {
  using at = scratch()
  const script = 'trap "" TERM; read line; echo one; echo two >&2; read line; echo three; exit 4'
  const first = await begin(at, script, { stdin: at.path('in') })
  first.abandon()
  const own = [at.path('1.stdout.pipe'), at.path('1.stderr.pipe')].map(pipe => `P8A_DRAIN=${pipe}`)
  const emptying = readdirSync('/proc').filter(
    name => /^\d+$/.test(name) && own.some(mark => variablesOf(name).includes(mark)),
  )
  for (const name of emptying) process.kill(Number(name), 'SIGKILL')
  // One that is yet to die takes what comes meanwhile with it.
  await until(() => !emptying.some(name => isAlive(Number(name))), 'they are gone')
  appendFileSync(at.path('in'), 'go\n')
  const stat = readFileSync(`/proc/${first.pid}/stat`, 'latin1')
  const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] as string
  const { key, log, exitFile } = order(at, '')
  const second = KeptService.takeUp({ key, log, exitFile, pid: first.pid, startTime }, { onSaid: () => {} })
  const written = () =>
    ['1.log', '1.stdout.raw', '1.stderr.raw'].map(name => readFileSync(at.path(name), 'utf8')).join('')
  await until(() => /one/.test(written()) && /two/.test(written()), 'what it wrote meanwhile is taken')
  appendFileSync(at.path('in'), 'go\n')
  await second.ended
  await second.finish()
  assert.equal(linesIn(at).sort(), ['stderr F two', 'stdout F one', 'stdout F three'])
})

function variablesOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    return ''
  }
}

test('Keeping keeps a service until it is released, and without a host lets go of one that has ended', async () => {
  using at = scratch()
  const kept = new Keeping(new Pipes(at.path('pipes')), { command: ['/bin/false'], env: {}, dir: at.dir })
  const ended = Promise.withResolvers<ServiceEnd>()
  await kept.beginService(order(at, 'echo done'), { onSaid: () => {}, onEnded: ended.resolve })
  assert.equal((await ended.promise).code, 0)
  assert.ok(kept.hasWork)
  assert.equal((await kept.now()).services, [])
  kept.onHostGone()
  await until(() => !kept.hasWork, 'it is let go of')
  assert.ok(existsSync(at.path('1.exit')))
  const { exit } = process
  await new Promise<void>(resolve => {
    process.exit = (() => resolve()) as typeof exit
    kept.retire()
  }).finally(() => {
    process.exit = exit
  })
})

test('a keeper that is retired ends only once the engine has ended the container whose lease is over', async () => {
  using at = scratch()
  const kept = new Keeping(new Pipes(at.path('pipes')), { command: ['/bin/false'], env: {}, dir: at.dir })
  const ended = Promise.withResolvers<ServiceEnd>()
  const engine = 'echo asked >> asked; test -e answers && touch over'
  const command: [string, ...string[]] = ['/bin/sh', '-c', `cd "$0" && ${engine}`, at.dir]
  const end = { command, env: { PATH: process.env.PATH ?? '' } }
  const lease = { file: at.path('lease'), forMs: 600_000, end }
  writeFileSync(lease.file, String(uptime() * 1000 - lease.forMs))
  await kept.beginService(order(at, 'sleep 1000', { lease }), { onSaid: () => {}, onEnded: ended.resolve })
  await ended.promise
  await until(() => existsSync(at.path('asked')), 'the engine is asked')
  await kept.releaseService('web.1')
  const { exit } = process
  let isOver = false
  await new Promise<void>(resolve => {
    process.exit = (() => {
      isOver = existsSync(at.path('over'))
      resolve()
    }) as typeof exit
    kept.retire()
    assert.ok(kept.hasWork)
    writeFileSync(at.path('answers'), '')
  }).finally(() => {
    process.exit = exit
  })
  assert.ok(isOver)
})

test('disown() ends the services that no host knows, and then the keeper', async () => {
  using at = scratch()
  const kept = new Keeping(new Pipes(at.path('pipes')), { command: ['/bin/false'], env: {}, dir: at.dir })
  const ended = Promise.withResolvers<ServiceEnd>()
  const script = 'trap "exit 5" TERM; sleep 1000 & echo $!; wait'
  await kept.beginService(order(at, script), { onSaid: () => {}, onEnded: ended.resolve })
  const written = () => readFileSync(at.path('1.log'), 'utf8')
  await until(() => /F \d+\n/.test(written()), 'it is up')
  const child = Number(/F (\d+)\n/.exec(written())?.[1])
  const { exit } = process
  await new Promise<void>(resolve => {
    process.exit = (() => resolve()) as typeof exit
    kept.disown()
    // It dials again, and hears the same.
    kept.disown()
  }).finally(() => {
    process.exit = exit
  })
  assert.equal([(await ended.promise).code, kept.hasWork], [5, false])
  await until(() => !isAlive(child), 'what it has begun is ended too')
})

test.run()
