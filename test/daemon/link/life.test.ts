import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'
import { Shim } from '../inside/shim.ts'

/** A process that dials the host with a ticket of its own making. */
function stranger(host: Inside): Shim {
  const { linkSocket } = host.kept.root.seams.paths
  const identity = { pid: 2 ** 22 + 999, startTime: 'long ago' }
  return new Shim({ identity, socket: linkSocket, ticket: 'made up', onExit: () => {} }, { command: [], env: {} })
}

test('hello() tells a process with an unknown ticket to end, and says so', async () => {
  await using host = await Inside.open()
  const shim = stranger(host)
  shim.dial()
  await until(() => shim.hasEnded, 'it has ended')
  assert.ok(host.said.includes('a process with an unknown ticket was told to end'))
})

test('hello() gives a run its assignment once, and lets it go on afterwards', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web', params: { a: '1' } })
  const shim = host.machine.shimOf('web.1')
  const { env, ...assignment } = { env: shim.env, ...shim.assignment }
  assert.equal([assignment.run, assignment.params], ['web.1', { a: '1' }])
  shim.assignment = undefined
  shim.unlink()
  shim.dial('up')
  await until(() => host.kept.root.pods.get('web').supervisor.runs.get(1)?.peer, 'it is linked again')
  assert.equal([shim.assignment, (await host.status('web')).status], [undefined, 'up'])
})

test('status() is what a run says of itself, until its link is gone', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  const shim = host.machine.shimOf('web.1')
  await shim.peer?.request('status', { status: 'error', text: 'no database' })
  const [run] = (await host.status('web')).runs
  assert.equal([run?.health, run?.text], ['error', 'no database'])
})

test('hello() and status() refuse what no run says', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  const { peer } = host.machine.shimOf('web.1')
  for (const said of [{ status: 7 }, { status: 'well' }, { status: 'up', text: {} }, null])
    await failsWith('bad_params', () => peer?.request('status', said as never))
  await failsWith('bad_params', () => peer?.request('hello', { ticket: 'x', pid: 'y', state: 'up' } as never))
  const [run] = (await host.status('web')).runs
  assert.equal([run?.health, run?.text], [undefined, undefined])
})

test('ready() and status() of a stranger do nothing', async () => {
  await using host = await Inside.open()
  await host.push('web')
  host.machine.onShim = shim => {
    shim.comesUp = false
  }
  await host.do('pod.start', { name: 'web', wait: false })
  const shim = stranger(host)
  shim.dial()
  shim.becomeUp()
  void shim.peer?.request('status', { status: 'up' }).catch(() => {})
  await until(() => shim.hasEnded, 'it has ended')
  assert.is((await host.status('web')).status, 'waiting')
})

test.run()
