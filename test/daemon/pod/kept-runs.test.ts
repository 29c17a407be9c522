// Services whose processes are children of a keeper, on a machine without processes. Not here: what a keeper does with them
// (shim/keeper), real ones (e2e/services.test.ts).
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runPaths } from '../../../daemon/system/paths.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { begunFile } from '../../../protocol/keeper.ts'
import { failsWith } from '../../fails.ts'
import { needs } from '../../needs.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'
import type { Service } from '../inside/service.ts'

const quick = { readyAfter: 5, startTimeout: 5000, stopTimeout: 200 } as const

/** A host on which the script `web` is kept up. */
async function serving(config: object = {}): Promise<Inside> {
  const host = await Inside.open()
  await host.do('pod.push', { name: 'web', code: '#!/bin/sh\nsleep 1', kind: 'service' })
  await host.do('pod.start', { name: 'web', config: { ...quick, ...config } })
  return host
}

/** A server that is none of the pod's. */
async function listening(): Promise<AsyncDisposable & { port: number }> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  return { port, [Symbol.asyncDispose]: async () => void server.close() }
}

const newest = ({ machine }: Inside): Service => machine.services.at(-1) as Service

test('KeptRuns begins a run with its variables, and it is up once it has lived for a while', async () => {
  await using host = await serving({ env: { LEVEL: 'high' } })
  const { order, identity } = newest(host)
  const { storage } = host.seams.paths.pod('web')
  assert.equal([order.key, order.cwd], ['web.1', storage])
  const { LEVEL, P8A_SLOT, NODE_APP_INSTANCE, PYTHONUNBUFFERED, P8A_STORAGE } = order.env
  assert.equal([LEVEL, P8A_SLOT, NODE_APP_INSTANCE, PYTHONUNBUFFERED, P8A_STORAGE], ['high', '0', '0', '1', storage])
  const status = await host.status('web')
  assert.equal([status.status, status.runs[0]?.pid], ['up', identity.pid])
})

test('KeptRuns says that a run is up once it listens', async () => {
  await using host = await Inside.open()
  await host.do('pod.push', { name: 'web', code: '#!/bin/sh\nsleep 1', kind: 'service' })
  await host.do('pod.start', { name: 'web', config: { readyAfter: 60_000, startTimeout: 60_000 }, wait: false })
  const service = await until(() => host.machine.services[0], 'it has begun')
  assert.is((await host.status('web')).status, 'waiting')
  service.isListening = true
  await host.becomes('web', 'up')
})

needs(test, 'linux')(
  'KeptRuns says of a run that is up by its time when nothing listens at its port, until it does',
  async () => {
    // No other test listens there.
    await using host = await serving({ env: { PORT: '1' }, check: { interval: 10 } })
    const text = async () => (await host.status('web')).runs[0]?.text
    assert.equal([(await host.status('web')).status, await text()], ['up', 'nothing listens at port 1, its PORT'])
    host.machine.keepers[0]?.say('web.1', { text: 'warming up' })
    await until(async () => (await text()) === 'warming up', 'what it says of itself goes before')
    host.machine.keepers[0]?.say('web.1', { text: '' })
    newest(host).isListening = true
    await until(async () => !(await text()), 'it listens')
  },
)

test('KeptRuns says nothing of a port where another process has it, and of a run that has none', async () => {
  await using taken = await listening()
  await using host = await serving({ env: { PORT: String(taken.port) } })
  assert.is((await host.status('web')).runs[0]?.text, undefined)
  await using other = await serving()
  assert.is((await other.status('web')).runs[0]?.text, undefined)
})

test('KeptRuns says that a run is up once it says READY=1, and shows its STATUS', async () => {
  await using host = await Inside.open()
  await host.do('pod.push', { name: 'web', code: '#!/bin/sh\nsleep 1', kind: 'service' })
  await host.do('pod.start', { name: 'web', config: { readyAfter: 60_000, startTimeout: 60_000 }, wait: false })
  const { order } = await until(() => host.machine.services[0], 'it has begun')
  assert.is(order.mustBeHeard, undefined)
  const [keeper] = host.machine.keepers
  keeper?.say('web.1', { text: 'warming up' })
  await until(async () => (await host.status('web')).runs[0]?.text === 'warming up', 'its text is shown')
  assert.is((await host.status('web')).status, 'waiting')
  keeper?.say('web.1', { ready: true })
  await host.becomes('web', 'up')
  keeper?.say('web.1', { ready: 'yes', text: 3 } as never)
  keeper?.say('web.1', { text: '12 users' })
  await until(async () => (await host.status('web')).runs[0]?.text === '12 users', 'its text is shown')
})

test('KeptRuns waits for READY=1 alone, where the config says so', async () => {
  await using host = await Inside.open()
  await host.do('pod.push', { name: 'web', code: '#!/bin/sh\nsleep 1', kind: 'service' })
  const config = { ready: 'said', readyAfter: 1, startTimeout: 60_000, check: { timeout: 10 } } as const
  await host.do('pod.start', { name: 'web', config, wait: false })
  const service = await until(() => host.machine.services[0], 'it has begun')
  assert.ok(service.order.mustBeHeard && service.order.notices)
  service.isListening = true
  await until(async () => (await host.status('web')).runs[0]?.text?.includes('READY=1'), 'it was asked')
  assert.is((await host.status('web')).status, 'waiting')
  host.machine.keepers[0]?.say('web.1', { ready: true })
  await host.becomes('web', 'up')
  assert.is((await host.status('web')).runs[0]?.text, undefined)
})

test('KeptRuns says at once what its machine lacks, and tries that again slowly', async () => {
  for (const [code, config, text] of [
    ['#!/nowhere/python9\n', {}, /its interpreter "\/nowhere\/python9".*; 1 attempt failed, next in /],
    ['#!/bin/sh\n', { cwd: '/nowhere' }, /its working directory "\/nowhere".*; 1 attempt failed, next in /],
  ] as const) {
    await using host = await Inside.open()
    await host.do('pod.push', { name: 'web', code, kind: 'service' })
    await failsWith('start_failed', () => host.do('pod.start', { name: 'web', config: { ...quick, ...config } }))
    const { status, text: said } = await host.status('web')
    assert.is(status, 'error')
    assert.match(said ?? '', text)
  }
})

test('KeptRuns starts a run anew when it ends, and its code is in the record', async () => {
  await using host = await serving()
  newest(host).end(3, null)
  await until(() => host.machine.services.length === 2, 'another has begun')
  await host.becomes('web', 'up')
  const { runs } = await host.do('pod.runs', { name: 'web' })
  assert.equal(
    runs.map(({ id, end }) => [id, end?.reason, end?.code]),
    [
      ['web.2', undefined, undefined],
      ['web.1', 'exited', 3],
    ],
  )
  assert.ok(host.machine.keepers[0]?.released.includes('web.1'), 'its keeper keeps it no more')
})

test('KeptRuns takes the code 0 for an end where only failures lead to another run', async () => {
  await using host = await serving({ restart: 'on-failure' })
  newest(host).end(0, null)
  await host.becomes('web', 'idle')
  assert.is(host.machine.services.length, 1)
})

test('KeptRuns ends a run by the signal of its config, and kills one that does not end', async () => {
  await using host = await serving({ stopSignal: 'SIGINT' })
  const first = newest(host)
  await host.do('pod.stop', { name: 'web' })
  assert.is(first.signals[0], 'SIGINT')
  await host.do('pod.start', { name: 'web', config: quick })
  const second = newest(host)
  second.isStubborn = true
  await host.do('pod.stop', { name: 'web' })
  assert.equal(
    second.signals.filter(signal => signal !== 'SIGCONT'),
    ['SIGTERM', 'SIGKILL'],
  )
})

test('a next host has the same process, and knows how one ended meanwhile', async () => {
  await using before = await serving()
  const service = newest(before)
  await before.leave()
  await using host = await Inside.open({ after: before })
  for (const keeper of host.machine.keepers) keeper.dial()
  await host.becomes('web', 'up')
  const { runs } = await host.status('web')
  assert.equal([runs[0]?.id, runs[0]?.pid], ['web.1', service.identity.pid])
  await host.leave()
  service.end(7, null)
  await using last = await Inside.open({ after: host })
  await last.becomes('web', 'up')
  const { runs: all } = await last.do('pod.runs', { name: 'web' })
  assert.equal([all[0]?.id, all[1]?.end?.code], ['web.2', 7])
})

test('a keeper that is killed costs no service: another takes it up, and its end is known to be one', async () => {
  await using host = await serving()
  const service = newest(host)
  host.machine.keepers[0]?.end(null, 'SIGKILL')
  const second = await until(() => host.machine.keepers[1]?.taken[0] && host.machine.keepers[1], 'another took it up')
  assert.equal(
    second.taken.map(({ key, pid }) => [key, pid]),
    [['web.1', service.identity.pid]],
  )
  assert.is((await host.status('web')).runs[0]?.pid, service.identity.pid)
  const record = runPaths(host.seams.paths.pod('web'), 1)
  await until(() => JSON.parse(readFileSync(record.record, 'utf8')).keeper.isSecond === true, 'that is recorded')
  service.end(null, null, { isNoted: false })
  await until(() => host.machine.services.length === 2, 'another run has begun')
})

test('a keeper that goes just when it has begun a service costs nothing: another takes it up', async () => {
  await using host = await Inside.open()
  const { processes } = host.machine
  const { identify } = processes
  let isFirst = true
  processes.identify = async pid => {
    const [keeper] = host.machine.keepers
    if (isFirst && keeper && pid === host.machine.services[0]?.identity.pid) {
      isFirst = false
      keeper.end(null, 'SIGKILL')
      await until(() => !host.kept.keepers.keeps('web.1'), 'the host knows')
    }
    return await identify(pid)
  }
  await host.do('pod.push', { name: 'web', code: '#!/bin/sh\nsleep 1', kind: 'service' })
  await host.do('pod.start', { name: 'web', config: quick })
  await until(() => host.machine.keepers[1]?.taken[0]?.key === 'web.1', 'another took it up')
  newest(host).end(null, null, { isNoted: false })
  await until(() => host.machine.services.length === 2, 'its end is seen')
})

test('a run that was given up, and has begun all the same, is ended, also where its keeper cannot say so', async () => {
  await using host = await serving()
  const { keepers } = host.kept
  const { beginService, giveUp } = keepers
  const late = newest(host)
  late.isStubborn = true
  keepers.beginService = async ({ exitFile }) => {
    keepers.giveUp = key => {
      giveUp.call(keepers, key)
      // It was slow to note what it has begun.
      writeFileSync(begunFile(exitFile), JSON.stringify({ ...late.identity, keeper: { pid: 2, startTime: 'then' } }))
    }
    throw new P8aError('timeout', 'its keeper did not answer')
  }
  await host.do('pod.scale', { name: 'web', scale: 2, wait: false })
  await until(() => late.signals.includes('SIGKILL'), 'it is ended')
  keepers.beginService = beginService
  keepers.giveUp = giveUp
})

test('what a keeper began after it was given up is ended, where the keeper was killed before it could say so', async () => {
  await using host = await serving({ scale: 2 })
  const [late, other] = host.machine.services as [Service, Service]
  const exit = late.order.exitFile.replace(/[12]\.exit$/, '77.exit')
  const keeper = { pid: 2, startTime: 'then' }
  writeFileSync(begunFile(exit), JSON.stringify({ ...late.identity, keeper }))
  other.end(1, null)
  await until(() => late.signals.includes('SIGKILL'), 'it is ended', { forMs: 10_000 })
  await until(() => !existsSync(begunFile(exit)), 'its note is removed')
})

test('a note that tells of no process yet stays as long as its keeper may begin one', async () => {
  await using host = await serving({ scale: 2 })
  const [first, second] = host.machine.services as [Service, Service]
  const exit = (number: number) => first.order.exitFile.replace(/[12]\.exit$/, `${number}.exit`)
  const { identity } = host.machine.keepers[0] as { identity: { pid: number; startTime: string } }
  const write = (number: number, keeper: object) =>
    writeFileSync(begunFile(exit(number)), JSON.stringify({ pid: 0, startTime: '', keeper }))
  write(77, identity)
  write(78, { ...identity, startTime: 'before' })
  second.end(1, null)
  await until(() => !existsSync(begunFile(exit(78))), 'that of a keeper that is gone is removed')
  assert.ok(existsSync(begunFile(exit(77))))
})

test('what a keeper began is ended, where it was killed before it could note which process that is', async () => {
  await using host = await serving({ scale: 2 })
  const [late, other] = host.machine.services as [Service, Service]
  const exit = late.order.exitFile.replace(/[12]\.exit$/, '77.exit')
  const keeper = { pid: 2, startTime: 'then' }
  const asked: unknown[] = []
  host.machine.processes.heirs = async legacy => {
    asked.push(legacy)
    const [group, child] = [late.identity.pid, { pid: 4_000_000, startTime: 'then' }]
    return legacy.mark?.run === 'web.77' ? [late.identity, child].map(one => ({ ...one, name: 'web', group })) : []
  }
  const alone: unknown[] = []
  host.machine.processes.signal = async ({ pid }, signal) => alone.push([pid, signal]) > 0
  writeFileSync(begunFile(exit), JSON.stringify({ pid: 0, startTime: '', keeper }))
  other.end(1, null)
  await until(() => late.signals.includes('SIGKILL'), 'it is ended')
  await until(() => !existsSync(begunFile(exit)), 'its note is removed')
  assert.equal(alone, [[4_000_000, 'SIGKILL']])
  const storage = join(dirname(dirname(exit)), 'storage')
  assert.ok(asked.some(each => isDeepStrictEqual(each, { since: 'then', mark: { run: 'web.77', storage } })))
})

test('a run that cannot be begun says why, and what the keeper has begun all the same is ended', async () => {
  await using host = await Inside.open()
  await host.do('pod.push', { name: 'web', code: '#!/no/such/interpreter\n', kind: 'service' })
  const error = await host.do('pod.start', { name: 'web', config: { retries: 1 } }).catch(error => error)
  assert.match(error.message, /interpreter/)
})

test('the raw output of a run that is over is in its log', async () => {
  await using host = await serving()
  const { file, raw } = newest(host).order.log
  writeFileSync(raw.stdout, 'last words\n')
  await host.do('pod.stop', { name: 'web' })
  assert.match(readFileSync(file, 'utf8'), /stdout F last words/)
  assert.not(existsSync(raw.stdout))
})

test.run()
