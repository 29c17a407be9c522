import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

test('stop() ends the runs of a service, and says how they ended', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web', config: { scale: 2 } })
  const { status, ended } = await host.do('pod.stop', { name: 'web' })
  assert.is(status, 'idle')
  assert.equal(ended.map(({ run, code, reason }) => [run, code, reason]).sort(), [
    ['web.1', 0, 'stopped'],
    ['web.2', 0, 'stopped'],
  ])
  assert.ok(ended.every(({ tookMs }) => tookMs !== undefined))
})

test('stop() of one run of a service lets another take its place, and leaves the others alone', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web', config: { scale: 2 } })
  const { name, ended, text } = await host.do('pod.stop', { name: 'web.1' })
  assert.equal([name, text], ['web', 'web.1 is stopped, and another run takes its place'])
  assert.equal(
    ended.map(({ run, reason }) => [run, reason]),
    [['web.1', 'stopped']],
  )
  const { runs, want } = await host.becomes('web', 'up')
  assert.equal(
    [runs.map(({ id, slot }) => [id, slot]), want],
    [
      [
        ['web.3', 0],
        ['web.2', 1],
      ],
      'up',
    ],
  )
  assert.is((await host.do('pod.stop', { name: 'web.1' })).text, 'web.1 had ended already')
  await failsWith('run_not_found', () => host.do('pod.stop', { name: 'web.9' }))
})

test('stop() with a drain tells the run first, and who is called by the name of its pod is called elsewhere', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web', config: { scale: 2 } })
  await host.do('pod.stop', { name: 'web.1', drainMs: 5000 })
  assert.equal(host.machine.shimOf('web.1').told, [['drain', { timeoutMs: 5000 }]])
  const { ended } = await host.do('pod.stop', { name: 'web', drainMs: 10 })
  assert.is(ended.length, 2)
})

test('stop() kills a run that does not end when it is asked to', async () => {
  await using host = await Inside.open()
  await host.push('web')
  host.machine.onShim = shim => {
    shim.isStubborn = true
  }
  await host.do('pod.start', { name: 'web', config: { stopTimeout: 20 } })
  const { ended } = await host.do('pod.stop', { name: 'web' })
  assert.equal(
    ended.map(({ signal }) => signal),
    ['SIGKILL'],
  )
})

test('stop() answers at once where nobody waits, and one that is idle is idle', async () => {
  await using host = await Inside.open()
  await host.push('web')
  host.machine.onShim = shim => {
    shim.isStubborn = true
  }
  await host.do('pod.start', { name: 'web', config: { stopTimeout: 60_000 } })
  assert.is((await host.do('pod.stop', { name: 'web', wait: false })).status, 'waiting')
  host.machine.shimOf('web.1').end(0, null)
  await host.becomes('web', 'idle')
  assert.is((await host.do('pod.stop', { name: 'web' })).status, 'idle')
})

test('stop() begins no run again that was about to be tried again', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  host.machine.onShim = shim => shim.end(1, null)
  host.machine.shimOf('web.1').end(1, null)
  const retryAt = await until(async () => (await host.status('web')).retryAt, 'it is waited')
  assert.is((await host.do('pod.stop', { name: 'web' })).status, 'idle')
  const begun = host.machine.shims.length
  await until(() => Date.now() > Date.parse(retryAt), 'it would be tried again')
  assert.equal([host.machine.shims.length, (await host.status('web')).retryAt], [begun, undefined])
})

test('stop() ends the pods that need it before it, and they are up again with it', async () => {
  await using host = await Inside.open()
  await host.push('base')
  await host.push('top', { code: "export const config = { needs: ['base'] }" })
  await host.do('pod.start', { name: 'top' })
  const ends: string[] = []
  for (const run of ['base.1', 'top.1']) {
    const shim = host.machine.shimOf(run)
    const end = shim.end.bind(shim)
    shim.end = (...how) => {
      ends.push(run)
      end(...how)
    }
  }
  await host.do('pod.stop', { name: 'base' })
  assert.equal(ends, ['top.1', 'base.1'])
  assert.is((await host.status('top')).text, 'waits for base')
  await host.do('pod.start', { name: 'base' })
  await host.becomes('top', 'up')
})

test('stop() of one run of a script ends that, and says of one that has ended that it has', async () => {
  await using host = await Inside.open()
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  await host.do('pod.start', { name: 'job' })
  await host.becomes('job', 'idle')
  const { ended, text } = await host.do('pod.stop', { name: 'job.1' })
  assert.is(text, 'job.1 had ended already')
  assert.equal(
    ended.map(({ run, code, reason }) => [run, code, reason]),
    [['job.1', 0, 'exited']],
  )
  await failsWith('run_not_found', () => host.do('pod.stop', { name: 'job.2' }))
})

test.run()
