import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'
import type { Shim } from '../inside/shim.ts'

/** What the owner was told of the pods in its host. */
const toldOf = (shim: Shim) =>
  shim.told.flatMap(([method, params]) => {
    const { path, name, status, text } = params as { path: string; name: string; status: string; text: string }
    return method === 'changed' ? [`${path} ${name} ${status} ${text}`.trim()] : []
  })

async function opened() {
  const host = await Inside.open()
  const lab = await host.mount('lab')
  await host.do('pod.push', { path: 'lab', name: 'web', code: 'export default () => {}' })
  return { host, lab }
}

test('the owner is told how a pod is, once for each change of that', async () => {
  const { host, lab } = await opened()
  await using _ = host
  await host.do('pod.start', { path: 'lab', name: 'web' })
  await host.do('pod.stop', { path: 'lab', name: 'web' })
  await until(() => toldOf(lab).at(-1) === 'lab web idle' && toldOf(lab).length > 2, 'it is told')
  assert.equal(toldOf(lab), [
    'lab web idle',
    'lab web waiting starting',
    'lab web up',
    'lab web waiting stopping',
    'lab web idle',
  ])
})

test('tellAll() tells a run that mounts the host how all pods are', async () => {
  const { host } = await opened()
  await using _ = host
  await host.do('pod.start', { path: 'lab', name: 'web' })
  await host.do('pod.push', { path: 'lab', name: 'api', code: 'export default () => {}' })
  await host.do('pod.scale', { name: 'lab', scale: 2 })
  const second = host.machine.shimOf('lab.2')
  await second.mount('lab')
  await until(() => toldOf(second).length === 2, 'it is told')
  assert.equal(toldOf(second), ['lab api idle', 'lab web up'])
})

test('a run that has closed the host is told nothing more', async () => {
  const { host, lab } = await opened()
  await using _ = host
  await lab.peer?.request('unmount', { path: 'lab' })
  const before = toldOf(lab).length
  const { pods } = host.kept.hosts.get('lab')
  pods.get('web').supervisor.onProblem('Cannot use pod.json')
  assert.is(toldOf(lab).length, before)
})

test.run()
