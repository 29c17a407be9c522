// Who a process is: pid, start time and boot. Records are made to name a bystander in each way in which a pid can be
// somebody else's, and every verb that signals is done: the bystander, the leader of a group with two children, lives.
// Scenario D of docs/RELIABILITY.md.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemProcesses } from '../../daemon/system/system-processes.ts'
import { groupOf } from '../../scripts/chaos/processes.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('identity')
const host = new TestHost()
let bystander: ChildProcess
let pid = 0

test.before(async () => {
  bystander = spawn('sh', ['-c', 'sleep 1000 & sleep 1000 & wait'], { detached: true, stdio: 'ignore' })
  pid = bystander.pid as number
  await until(() => groupOf(pid).length === 3, 'the bystander has two children')
  await host.up()
})

test.after(async () => {
  process.kill(-pid, 'SIGKILL')
  await host.dispose()
})

const record = (name: string) => join(host.data, 'pods', name, 'runs/1.json')

function assertUntouched(): void {
  assert.is(groupOf(pid).length, 3, 'the bystander and both of its children live')
}

/** A pod whose run ended while no host looked, and whose record says what `change` makes of it. */
async function podWhoseRunIs(name: string, change: Record<string, unknown>): Promise<void> {
  await host.push('forever', name)
  await host.begin(name)
  const [run] = (await host.status(name)).runs
  await host.killHost()
  process.kill(run?.pid as number, 'SIGKILL')
  await until(() => !isAlive(run?.pid as number), 'its run is gone')
  writeFileSync(record(name), JSON.stringify({ ...JSON.parse(readFileSync(record(name), 'utf8')), ...change }))
  await host.up()
}

test('signalGroup() and sweepGroup() leave a group alone whose leader has another start time', async () => {
  const impostor = { pid, startTime: '1' }
  assert.is(await systemProcesses.signalGroup(impostor, 'SIGKILL'), false)
  await systemProcesses.sweepGroup(impostor)
  assertUntouched()
})

test('signalGroup() and sweepGroup() of a pid that nobody has signal nobody', async () => {
  const nobody = { pid: 2 ** 22 - 1, startTime: '1' }
  assert.is(await systemProcesses.signalGroup(nobody, 'SIGKILL'), false)
  await systemProcesses.sweepGroup(nobody)
  assertUntouched()
})

const cases = {
  'a recycled pid': () => ({ pid }),
  'the same pid with another start time': () => ({ pid, startTime: '1' }),
  'another boot, with the pid and even the start time of a process of now': async () => ({
    boot: 'another',
    ...(await systemProcesses.identify(pid)),
  }),
}

for (const [index, [what, change]] of Object.entries(cases).entries()) {
  test(`${what}: its record is ended, another run takes its place, and no verb touches the bystander`, async () => {
    const name = `pod-${index}`
    await podWhoseRunIs(name, await change())
    const after = await until(async () => {
      const status = await host.status(name)
      return status.status === 'up' && status
    }, 'it is up again')
    assert.is(after.runs[0]?.id, `${name}.2`)
    for (const verb of ['restart', 'stop', 'remove']) await host.ok(verb, 'local', name)
    assertUntouched()
  })
}

test('a record that was stopping names a bystander: the stop ends, and the bystander lives', async () => {
  await host.push('forever', 'stopping')
  await podWhoseRunIs('stopping', { pid, state: 'stopping', why: 'unhealthy' })
  await until(async () => (await host.status('stopping')).runs[0]?.id === 'stopping.2', 'another run took its place')
  assertUntouched()
})

test('a stale second record of a slot names a bystander: it is closed, and the bystander lives', async () => {
  await podWhoseRunIs('stale', {})
  await until(async () => (await host.status('stale')).up === 1, 'another run took its place')
  const first = JSON.parse(readFileSync(record('stale'), 'utf8'))
  await host.killHost()
  const { endedAt: _, end: __, ...open } = first
  writeFileSync(record('stale'), JSON.stringify({ ...open, state: 'up', pid }))
  await host.up()
  await until(async () => (await host.status('stale')).up === 1, 'the newer run is adopted')
  const { runs } = await host.json<{ runs: { id: string; state: string }[] }>('runs', 'local', 'stale')
  assert.is(runs.find(({ id }) => id === 'stale.1')?.state, 'lost')
  assertUntouched()
})

test.run()
