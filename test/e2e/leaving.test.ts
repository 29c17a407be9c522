// A run that is asked to end and has nothing left to do: it ends at once, by its own code, as under Node alone. Its stopTimeout is
// longer than this file may take, so that a run that its link keeps alive is found.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Stopped } from '../../protocol/words.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('leaving')
const host = new TestHost()

test.before(async () => {
  await host.up()
  await host.push('adding')
  await host.begin('adding')
})
test.after(() => host.dispose())

async function start(by: string, ...more: string[]): Promise<number> {
  const name = `by-${by}`
  await host.push('draining', name)
  await host.ok('start', 'local', name, '--by', by, '--stop-timeout', '10m', ...more)
  return (await host.status(name)).runs[0]?.pid as number
}

const endOf = async (name: string) => (await host.ask('pod.runs', { name: name })).runs[0]?.end

for (const by of ['close', 'timer', 'files', 'calls', 'nothing', 'watch', 'follow', 'others', 'stream']) {
  test(`a run ends by its own code once its SIGTERM listener has left nothing to do: ${by}`, async () => {
    await start(by, '--code', '3')
    const { ended } = await host.json<Stopped>('stop', 'local', `by-${by}`)
    assert.equal(
      ended.map(({ code, signal, reason }) => ({ code, signal, reason })),
      [{ code: 3, signal: null, reason: 'stopped' }],
    )
    if (by === 'stream') assert.ok((await host.lines('by-stream')).includes('counted 1,2,3'))
    if (by === 'calls') assert.ok((await host.lines('by-calls')).includes('add is 3, up is up'))
  })
}

test('a cleanup that waits for what cannot come is over once nothing is left to do', async () => {
  await start('cleanup')
  const { ended } = await host.json<Stopped>('stop', 'local', 'by-cleanup')
  assert.equal([ended[0]?.signal, ended[0]?.reason], ['SIGTERM', 'stopped'])
  assert.ok((await host.lines('by-cleanup')).some(line => line.includes('cleanup never ended')))
})

test('a run whose host is dead ends too when somebody asks it to, and the next host knows its code', async () => {
  const pid = await start('close', '--restart', 'on-failure')
  await host.killHost()
  process.kill(pid, 'SIGTERM')
  await until(() => !isAlive(pid), 'it has ended')
  await host.up()
  await until(async () => (await host.status('by-close')).text === 'finished', 'it is known to have ended well')
  await until(async () => (await endOf('by-close')) !== undefined, 'its record says so')
  assert.equal(await endOf('by-close'), { code: 0, signal: null, reason: 'exited' })
})

test('a run that is drained finishes the calls that are under way, while new ones go to another', async () => {
  await host.push('drained')
  await host.begin('drained', { config: { scale: 2 } })
  const client = await host.client()
  const late = client.call('pod.call', { name: 'drained.1', fn: 'late', args: [] })
  await until(async () => (await host.call('drained', 'who')) === 'drained.2', 'the idle one is called')
  const stopped = host.json<Stopped>('stop', 'local', 'drained.1', '--drain', '30s')
  await until(async () => (await host.lines('drained')).includes('draining'), 'it was told')
  for (let time = 0; time < 3; time++) assert.is(await host.call('drained', 'who'), 'drained.2')
  await host.call('drained.1', 'letAnswer')
  assert.is((await late).value, 'drained.1')
  const { ended, text } = await stopped
  assert.equal(
    [ended.map(({ run }) => run), text],
    [['drained.1'], 'drained.1 is stopped, and another run takes its place'],
  )
  await until(async () => (await host.status('drained')).up === 2, 'another has its place')
  assert.is((await host.refused('stop', 'local', 'drained.2', '--drain', 'soon')).exit, 2)
  client.close()
  await host.stop('drained')
})

test.run()
