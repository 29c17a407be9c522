import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findBehind, findCallees, notUp, runsBehind } from '../../../daemon/tree/callees.ts'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

/** A pod with two runs, of which the second does not come up. */
async function opened() {
  const host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  host.machine.onShim = shim => {
    shim.comesUp = false
  }
  await host.do('pod.scale', { name: 'web', scale: 2, wait: false })
  const { pods } = host.kept.root
  const supervisor = pods.get('web').supervisor
  await supervisor.until(() => supervisor.slots.get(0)?.at === 'up' && supervisor.slots.get(1)?.at === 'starting')
  return { host, pods, supervisor }
}

const numbersOf = (runs: { ref: { number: number } }[]) => runs.map(({ ref }) => ref.number)

test('findCallees() means by the name of a pod those of its runs that are up', async () => {
  const { host, pods, supervisor } = await opened()
  await using _ = host
  const found = findCallees(pods, 'web')
  assert.is(found.supervisor, supervisor)
  assert.equal(numbersOf(found.runs), [1])
})

test('findCallees() means by the name of a run that run, up or not', async () => {
  const { host, pods } = await opened()
  await using _ = host
  assert.equal(numbersOf(findCallees(pods, 'web.2').runs), [2])
})

test('findCallees() has no runs of a pod that is down, and fails for one that is not there', async () => {
  const { host, pods } = await opened()
  await using _ = host
  await host.push('idle')
  assert.equal(findCallees(pods, 'idle').runs, [])
  await failsWith('pod_not_found', () => findCallees(pods, 'other'))
  await failsWith('pod_not_found', () => findCallees(pods, 'other.1'))
})

test('findCallees() says which runs there are where it does not find one', async () => {
  const { host, pods } = await opened()
  await using _ = host
  await host.push('idle')
  assert.is((await failsWith('run_not_found', () => findCallees(pods, 'web.7'))).hint, 'Running: web.1, web.2')
  assert.is((await failsWith('run_not_found', () => findCallees(pods, 'idle.1'))).hint, 'No run of idle has a process')
})

test('runsBehind() follows the runs of a pod as they come up', async () => {
  const { host, supervisor } = await opened()
  await using _ = host
  host.machine.shims[1]?.becomeUp()
  await supervisor.until(() => supervisor.state === 'up')
  assert.equal(numbersOf(runsBehind(supervisor, 'web')), [1, 2])
  assert.equal(numbersOf(runsBehind(supervisor, 'web.9')), [])
})

test('findBehind() means by a group the pods that have a weight, and notUp() says how these are', async () => {
  const { host, pods, supervisor } = await opened()
  await using _ = host
  await host.push('other')
  assert.equal(findBehind(pods, 'web.2'), [{ supervisor, name: 'web.2' }])
  await host.do('pod.group', { name: 'all', members: { web: 2, other: 0 } })
  const behind = findBehind(pods, 'all')
  assert.equal(behind, [{ supervisor, name: 'web', member: { pod: 'web', weight: 2 } }])
  assert.match(notUp(behind, 'all').message, 'none of its pods is up')
  await failsWith('pod_not_found', () => findBehind(pods, 'none'))
})

test.run()
