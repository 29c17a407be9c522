// What is counted of a pod says what its status says, wherever the pod is in its life.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../../until.ts'
import { Inside } from '../../inside/host.ts'

/** The two of a pod, in the same words. */
function bothOf({ kept }: Inside, name: string) {
  const { root } = kept
  const { keeping } = root.pods.get(name).supervisor
  const told = keeping.status(root)
  return {
    figures: keeping.figures(),
    status: {
      kind: told.kind,
      status: told.status,
      want: told.want,
      scale: told.scale,
      up: told.up,
      version: told.version,
      isAsleep: told.asleepSince !== undefined,
      ports: told.ports?.length ?? 0,
      ...(told.kind === 'service' ? { failed: told.failed ?? 0 } : { queued: told.queued }),
      processes: told.runs.flatMap(({ pid, slot }) => (pid === undefined ? [] : [{ pid, slot }])),
    },
  }
}

test('serviceFigures() says what the status says of a service that is pushed, on its way, up, reloaded, stopped', async () => {
  await using host = await Inside.open()
  const agree = (what: string) => {
    const { figures, status } = bothOf(host, 'web')
    assert.equal(figures, status, what)
    return figures
  }
  await host.push('web')
  agree('pushed')
  host.machine.onShim = shim => {
    shim.comesUp = false
  }
  await host.do('pod.start', { name: 'web', wait: false, config: { scale: 2, retries: 1 } })
  await until(() => host.machine.shims[1]?.assignment, 'both are told what to become')
  assert.equal([agree('on its way').status, agree('on its way').processes.length], ['waiting', 2])
  for (const run of ['web.1', 'web.2']) host.machine.shimOf(run).becomeUp()
  await host.becomes('web', 'up')
  assert.is(agree('up').up, 2)
  await host.push('web', { exports: ['more'] })
  // It is stopped before it is done.
  const reloaded = Promise.allSettled([host.do('pod.reload', { name: 'web' })])
  await until(() => bothOf(host, 'web').figures.processes.length > 2, 'one is beside another')
  agree('reloaded')
  await host.do('pod.stop', { name: 'web', kill: true })
  await reloaded
  assert.equal([agree('stopped').status, agree('stopped').want], ['idle', 'idle'])
})

test('scriptFigures() says what the status says of a script that runs, and of a run that waits for its turn', async () => {
  await using host = await Inside.open()
  const { promise, resolve } = Promise.withResolvers<{ code: number }>()
  host.machine.script = () => promise
  await host.do('pod.push', { name: 'job', code: '#!/bin/sh\n', kind: 'script' })
  await host.do('pod.scale', { name: 'job', scale: 1 })
  for (const _run of [1, 2]) await host.do('pod.start', { name: 'job' })
  const { figures, status } = bothOf(host, 'job')
  assert.equal(figures, status)
  assert.equal([figures.up, figures.queued, figures.scale], [1, 1, 1])
  resolve({ code: 0 })
  await host.becomes('job', 'idle')
})

test.run()
