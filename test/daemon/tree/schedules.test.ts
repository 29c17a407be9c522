// By a clock on the wall that a test sets, so that nothing waits for a minute to come.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

const minuteMs = 60_000
/** So long before a minute the clock of a test stands, until the test sets it: so short a wait is begun again and again. */
const shortlyMs = 10
const everyMinute = { at: '* * * * *', zone: 'UTC' }

function wallClock() {
  let nowMs = Date.UTC(2026, 10, 20, 10) - shortlyMs
  let looks = 0
  const wallMs = () => {
    looks++
    return nowMs
  }
  return { wallMs, looks: () => looks, add: (ms: number) => (nowMs += ms) }
}

/** A host with a script that counts its runs, and goes on while it is told to. */
async function opened() {
  const clock = wallClock()
  const host = await Inside.open({ wallMs: clock.wallMs })
  const script = { runs: 0, end: Promise.resolve() }
  host.machine.script = async () => {
    script.runs++
    await script.end
    return { code: 0 }
  }
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  const schedule = async (schedule: object = everyMinute) =>
    await host.do('pod.start', { name: 'job', config: { schedule: { ...everyMinute, ...schedule } } })
  const file = join(host.kept.root.seams.paths.pod('job').dir, 'schedule.json')
  return { host, clock, script, schedule, file }
}

/** It waits for a time that is written so. */
async function waitsFor(host: Inside, time: string): Promise<void> {
  await until(async () => (await host.status('job')).nextAt?.includes(time), `it waits for ${time}`, { everyMs: 2 })
}

test('look() starts a script when it is due, with the params that it got with its schedule, and then waits for the next time', async () => {
  const { host, clock, script, file } = await opened()
  await using _ = host
  const commands: (readonly string[])[] = []
  host.machine.script = ({ command }) => {
    script.runs++
    commands.push(command)
    return { code: 0 }
  }
  const { nextAt, run } = await host.do('pod.start', {
    name: 'job',
    config: { schedule: everyMinute },
    args: ['--all'],
  })
  assert.equal([nextAt, run], ['2026-11-20T10:00:00.000Z', undefined])
  clock.add(shortlyMs)
  await until(() => script.runs === 1, 'it runs', { everyMs: 2 })
  assert.equal(
    commands.map(command => command.at(-1)),
    ['--all'],
  )
  await waitsFor(host, 'T10:01')
  assert.is(JSON.parse(readFileSync(file, 'utf8')).at.slice(0, 16), '2026-11-20T10:00')
})

test('look() begins a service anew when it is due, unless it runs', async () => {
  const { host, clock } = await opened()
  await using _ = host
  await host.push('web')
  await host.do('pod.start', { name: 'web', config: { restart: 'never', schedule: everyMinute } })
  host.machine.shimOf('web.1').end(0, null)
  const { supervisor } = host.kept.root.pods.get('web')
  await supervisor.until(() => !supervisor.hasRuns)
  clock.add(shortlyMs)
  await host.becomes('web', 'up')
  assert.is((await host.status('web')).runs[0]?.id, 'web.2')
})

for (const [missed, runs] of [
  ['run', 1],
  ['skip', 0],
] as const) {
  test(`look() starts a script ${runs === 1 ? 'once' : 'not at all'} for all the times that were missed, where it says ${missed}`, async () => {
    const { host, clock, script, schedule } = await opened()
    await using _ = host
    await schedule({ missed, at: '30 * * * *' })
    await waitsFor(host, 'T10:30')
    await host.leave()
    // Five times were due.
    clock.add(5 * 60 * minuteMs)
    await using next = await Inside.open({ after: host, wallMs: clock.wallMs })
    await waitsFor(next, 'T15:30')
    if (runs > 0) await until(() => script.runs > 0, 'it runs', { everyMs: 2 })
    assert.is(script.runs, runs)
  })
}

test('look() misses nothing of a schedule that was another one before', async () => {
  const { host, clock, script, schedule } = await opened()
  await using _ = host
  await schedule({ at: '30 * * * *', missed: 'run' })
  await waitsFor(host, 'T10:30')
  clock.add(3 * 60 * minuteMs)
  await schedule({ at: '15 * * * *', missed: 'run' })
  await waitsFor(host, 'T13:15')
  assert.is(script.runs, 0)
})

test('look() forgets when it looked last, once a pod is stopped', async () => {
  const { host, schedule, file } = await opened()
  await using _ = host
  await schedule({ at: '30 * * * *' })
  await waitsFor(host, 'T10:30')
  await host.do('pod.stop', { name: 'job' })
  await until(() => !existsSync(file), 'it is forgotten')
  assert.is((await host.status('job')).nextAt, undefined)
})

test('look() puts aside what it cannot read, and goes on from now', async () => {
  const { host, clock, schedule, file } = await opened()
  await using _ = host
  await schedule({ at: '30 * * * *' })
  await waitsFor(host, 'T10:30')
  await host.leave()
  writeFileSync(file, 'damaged')
  await using next = await Inside.open({ after: host, wallMs: clock.wallMs })
  await waitsFor(next, 'T10:30')
  assert.ok(next.said.some(line => line.includes('it was renamed to')))
})

test('look() skips a start while the last run goes on, and says so', async () => {
  const { host, clock, script, schedule } = await opened()
  await using _ = host
  const { promise, resolve } = Promise.withResolvers<void>()
  script.end = promise
  await schedule({ overlap: 'skip' })
  clock.add(minuteMs)
  await until(() => script.runs === 1, 'it runs', { everyMs: 2 })
  clock.add(minuteMs)
  await until(() => host.said.some(line => line.includes('skipped a start')), 'a start is skipped')
  assert.is(script.runs, 1)
  resolve()
})

test('look() starts a script beside its last run, where that may be', async () => {
  const { host, clock, script, schedule } = await opened()
  await using _ = host
  const { promise, resolve } = Promise.withResolvers<void>()
  script.end = promise
  await schedule({ overlap: 'parallel' })
  clock.add(minuteMs)
  await until(() => script.runs === 1, 'it runs', { everyMs: 2 })
  clock.add(minuteMs)
  await until(() => script.runs === 2, 'it runs twice', { everyMs: 2 })
  resolve()
})

test('look() starts a script once behind its last run, where it is to wait for that', async () => {
  const { host, clock, script, schedule } = await opened()
  await using _ = host
  const { promise, resolve } = Promise.withResolvers<void>()
  script.end = promise
  await schedule({ overlap: 'queue' })
  clock.add(minuteMs)
  await until(() => script.runs === 1, 'it runs', { everyMs: 2 })
  clock.add(minuteMs)
  await waitsFor(host, 'T10:02')
  assert.is(script.runs, 1)
  resolve()
  await until(() => script.runs === 2, 'it runs again', { everyMs: 2 })
})

test('detach() ends all waiting', async () => {
  const { host, clock, schedule } = await opened()
  await using _ = host
  await schedule()
  await waitsFor(host, 'T10:00')
  await host.leave()
  const looks = clock.looks()
  // Timers of one length come in the order in which they were set.
  for (const _later of [1, 2]) await new Promise(resolve => setTimeout(resolve, shortlyMs))
  assert.is(clock.looks(), looks)
})

test.run()
