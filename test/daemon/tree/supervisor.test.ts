import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Inside } from '../inside/host.ts'

async function opened({ kind = 'service' }: { kind?: 'service' | 'script' } = {}) {
  const host = await Inside.open()
  if (kind === 'service') await host.push('web')
  else await host.do('pod.push', { name: 'web', code: '#!/bin/sh\n', kind })
  return { host, supervisor: host.kept.root.pods.get('web').supervisor }
}

test('keeping is of the kind of the image in force', async () => {
  for (const kind of ['service', 'script'] as const) {
    const { host, supervisor } = await opened({ kind })
    await using _ = host
    assert.is(supervisor.keeping.kind, kind)
  }
})

test('until() resolves at once where it is so, or after the event that makes it so', async () => {
  const { host, supervisor } = await opened()
  await using _ = host
  await supervisor.until(() => true)
  let isUp = false
  const up = supervisor.until(() => supervisor.state === 'up').then(() => (isUp = true))
  await host.do('pod.start', { name: 'web', wait: false })
  assert.not(isUp)
  await up
})

test('collectEnds() has the ends of the runs that ended meanwhile, and none that came later', async () => {
  const { host, supervisor } = await opened()
  await using _ = host
  await host.do('pod.start', { name: 'web', config: { scale: 2 } })
  const ends = await supervisor.collectEnds(async () => {
    await host.do('pod.scale', { name: 'web', scale: 1 })
  })
  await host.do('pod.stop', { name: 'web' })
  assert.equal(
    ends.map(({ run }) => run),
    ['web.2'],
  )
})

test('hold() ends the runs without changing what is wanted, and release() begins them again', async () => {
  const { host, supervisor } = await opened()
  await using _ = host
  await host.do('pod.start', { name: 'web' })
  await supervisor.hold()
  await supervisor.until(() => !supervisor.hasRuns)
  assert.equal([supervisor.isWanted, supervisor.inForce?.desired.want], [false, 'up'])
  await supervisor.release()
  await host.becomes('web', 'up')
  assert.is(supervisor.lastNumber, 2)
})

test('underWay names the runs of whatever kind, with their versions', async () => {
  const { host, supervisor } = await opened()
  await using _ = host
  await host.do('pod.start', { name: 'web' })
  await host.push('web', { exports: ['hi'] })
  assert.equal(supervisor.underWay, [{ id: 'web.1', version: 1 }])
  const { host: another, supervisor: script } = await opened({ kind: 'script' })
  await using __ = another
  const { promise, resolve } = Promise.withResolvers<{ code: number }>()
  another.machine.script = () => promise
  await another.do('pod.start', { name: 'web' })
  assert.equal(script.underWay, [{ id: 'web.1', version: 1 }])
  resolve({ code: 0 })
  await script.until(() => !script.hasRuns)
  assert.equal(script.underWay, [])
})

test('onProblem() is told, until something is put in force again', async () => {
  const { host, supervisor } = await opened()
  await using _ = host
  let told = 0
  const unwatch = supervisor.watch(() => told++)
  supervisor.onProblem('Cannot read pod.json')
  assert.equal([told, (await host.status('web')).problem], [1, 'Cannot read pod.json'])
  await host.do('pod.start', { name: 'web' })
  assert.is(supervisor.problem, undefined)
  unwatch()
})

test('a pod whose kind an edit changes lets its runs of the other kind end', async () => {
  const { host, supervisor } = await opened()
  await using _ = host
  await host.do('pod.start', { name: 'web' })
  const { inForce } = supervisor
  if (!inForce) throw new Error('nothing is in force')
  await supervisor.apply(inForce.desired, { image: { ...inForce.image, kind: 'script', format: 'script' } })
  await supervisor.until(() => !supervisor.hasRuns)
  assert.equal([supervisor.keeping.kind, supervisor.state], ['script', 'idle'])
  assert.ok(host.machine.shimOf('web.1').hasEnded)
})

test.run()
