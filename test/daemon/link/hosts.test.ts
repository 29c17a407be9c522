import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

test('verb() does a verb in a host that the run has mounted, past its own handlers', async () => {
  await using host = await Inside.open()
  const lab = await host.mount('lab', { handles: ['push', 'start'] })
  lab.functions = { push: () => ({ refused: true }) }
  const code = 'export default () => {}'
  await lab.peer?.request('verb', { method: 'pod.push', params: { path: 'lab', name: 'web', code } })
  const started = await lab.peer?.request('verb', { method: 'pod.start', params: { path: 'lab', name: 'web' } })
  assert.equal([(started as { status: string }).status, host.machine.shims.length], ['up', 2])
})

for (const [what, method, path] of [
  ['in a host of another pod', 'pod.list', 'lab'],
  ['that is none of a pod', 'host.stop', 'own'],
  ['that there is not', 'pod.burn', 'own'],
] as const) {
  test(`verb() refuses one ${what}`, async () => {
    await using host = await Inside.open()
    await host.mount('lab')
    const own = await host.mount('own')
    await failsWith('unsupported', () => own.peer?.request('verb', { method, params: { path } }))
  })
}

test('verb() waits for a mount that is under way', async () => {
  await using host = await Inside.open()
  const lab = await host.mount('lab')
  void lab.peer?.request('mount', { path: 'lab2', handles: [] })
  assert.equal(await lab.peer?.request('verb', { method: 'pod.list', params: { path: 'lab2' } }), { pods: [] })
})

test('what a run asks right after a mount waits for it', async () => {
  await using host = await Inside.open()
  const lab = await host.mount('lab')
  const asked = (path: string) => {
    void lab.peer?.request('mount', { path, handles: ['call'] })
    return lab.peer
  }
  await failsWith('function_not_found', () =>
    asked('a')?.request('call', { name: 'a.web', fn: 'f', args: [], timeoutMs: 60_000, hops: 0 }),
  )
  await failsWith('pod_not_found', () => asked('b')?.request('resolve', { name: 'b.web', have: [] }))
})

test('verb() refuses params that are wrong', async () => {
  await using host = await Inside.open()
  const lab = await host.mount('lab')
  await failsWith('bad_params', () => lab.peer?.request('verb', { method: 'pod.status', params: { path: 'lab' } }))
})

test('podsChanged() is heard of the owner alone', async () => {
  await using host = await Inside.open()
  const lab = await host.mount('lab', { handles: ['list'] })
  const other = await host.mount('other')
  let told = 0
  host.kept.hosts.get('lab').mounts.watch(() => told++)
  await other.peer?.request('podsChanged', { path: 'lab' })
  assert.is(told, 0)
  await lab.peer?.request('podsChanged', { path: 'lab' })
  assert.is(told, 1)
})

test.run()
