// This version and the one before: runs of that are taken over and managed, its state is read, and each command speaks with the
// host of the other. Not here: how one takes the place of the other (e2e/upgrade.test.ts).
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { releaseBefore } from '../../scripts/release-before.ts'
import { skipped } from '../needs.ts'
import { fixture } from '../paths.ts'
import { until } from '../until.ts'
import { type Result, TestHost } from './harness.ts'

const test = suite('release before')
const before = await releaseBefore()
const host = new TestHost()

/** Runs the command of the release before. */
async function old(...args: string[]): Promise<Result> {
  const { code, stdout, stderr } = await host.run(process.execPath, ['--', join(before ?? '', 'bin/pod.cjs'), ...args])
  assert.is(code, 0, `the earlier pod ${args.join(' ')}: ${stderr}${stdout}`)
  return { code, stdout, stderr }
}

const pids = async (name: string) => (await host.status(name)).runs.map(({ pid }) => pid)

async function begins(): Promise<void> {
  await old('host', 'start', '--detach', '--port', '0')
  await old('push', 'adding', fixture('adding'))
  await old('start', 'adding', '--scale', '2')
  writeFileSync(join(host.dir, 'sleeper.sh'), '#!/bin/sh\nexec sleep 1000\n')
  await old('push', 'sleeper', join(host.dir, 'sleeper.sh'), '--service')
  await old('start', 'sleeper')
}

async function thisCommandAsksThatHost(): Promise<void> {
  assert.match(await host.ok('status'), /adding +up +v1 +2\/2/)
  for (const command of [
    ['host', 'status'],
    ['versions', 'adding'],
    ['runs', 'adding'],
    ['logs', 'adding'],
  ])
    await host.ok(...command)
  assert.match(await host.ok('call', 'adding', 'add', '1', '2'), /3/)
  const refused = await host.refused('host', 'upgrade')
  assert.is(refused.code, 'unsupported')
  assert.match(refused.hint, /pod host stop/)
}

async function takesOver(): Promise<void> {
  const runs = [await pids('adding'), await pids('sleeper')]
  await host.ok('host', 'stop')
  await host.up()
  await until(async () => (await host.status('adding')).status === 'up', 'its runs are taken over')
  assert.equal([await pids('adding'), await pids('sleeper')], runs)
  assert.is(await host.call('adding', 'add', 1, 2), 3)
  // A run that is killed has another one in its place, of this version.
  process.kill(runs[0]?.[0] as number, 'SIGKILL')
  await until(async () => {
    const { status, runs: now } = await host.status('adding')
    return status === 'up' && now.every(({ pid }) => pid !== runs[0]?.[0])
  }, 'it has another')
  await host.ask('pod.reload', { name: 'adding' })
  assert.is(await host.call('adding', 'add', 1, 2), 3)
  assert.ok((await pids('adding')).every(pid => !runs[0]?.includes(pid)))
}

async function thatCommandAsksThisHost(): Promise<void> {
  const { stdout } = await old('status', '--json')
  assert.match(stdout, /"name":"adding"/)
  for (const command of [
    ['host', 'status'],
    ['versions', 'adding'],
    ['runs', 'adding'],
    ['logs', 'adding'],
  ])
    await old(...command)
  assert.match((await old('call', 'adding', 'add', '3', '4')).stdout, /7/)
  await old('push', 'forever', fixture('forever'))
  await old('start', 'forever')
  await old('restart', 'forever')
  await old('stop', 'sleeper')
  await old('remove', 'forever', '--force')
}

if (before === undefined) skipped('the release before, and this one', 'its history is not in this clone')
else {
  test.after(() => host.dispose())
  test('runs of the release before are taken over and managed; each command speaks with either host', async () => {
    await begins()
    await thisCommandAsksThatHost()
    await takesOver()
    await thatCommandAsksThisHost()
  })
}

test.run()
