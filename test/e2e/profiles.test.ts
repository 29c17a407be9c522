// Profiles over real runs, through the command line.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TestHost } from './harness.ts'

const test = suite('profiles')
const host = new TestHost()

test.before(async () => await host.up())
test.after(async () => await host.dispose())

const pid = async (name: string) => (await host.status(name)).runs[0]?.pid

test('a profile acts on all pods that have it: in place where it can, by reload where not, and never where it cannot', async () => {
  for (const name of ['one', 'two', 'own'])
    await host.ask('pod.push', { name, code: 'export const tell = () => process.env.KEY\nexport default () => {}\n' })
  await host.ok('profile', 'set', 'local', 'small', '--retries', '3', '--env', 'KEY=old')
  await host.ok('start', 'local', 'one', '--profile', 'small')
  await host.ok('start', 'local', 'two', '--profile', 'small')
  await host.ok('start', 'local', 'own', '--profile', 'small', '--env', 'KEY=mine')
  await host.ok('stop', 'local', 'two')
  const first = await pid('one')
  assert.equal([await host.call('one', 'tell'), await host.call('own', 'tell')], ['old', 'mine'])
  const changed = await host.ok('profile', 'set', 'small', '--retries', '7', '--env', 'KEY=old')
  assert.match(changed, /one has it, and its runs stay[\s\S]*two has it from its next start on/)
  assert.equal([(await host.status('one')).config.retries, await pid('one')], [7, first])
  await host.killHost()
  await host.up()
  assert.equal([(await host.status('one')).config.retries, await pid('one')], [7, first], 'also under the next host')
  assert.match(await host.ok('profile', 'set', 'small', '--env', 'KEY=new'), /one was reloaded with it/)
  assert.equal([await host.call('one', 'tell'), await host.call('own', 'tell')], ['new', 'mine'])
  assert.is.not(await pid('one'), first)
  const { config, from } = await host.status('one')
  assert.equal([config.retries, from?.env], [undefined, 'profile small'])
  assert.match(await host.ok('status', 'local', 'one'), /policy +.*env.*profile small/)
  await host.ok('start', 'local', 'two', '--forget')
  assert.match((await host.refused('profile', 'remove', 'local', 'small')).message, 'one, own have it')
  const before = await pid('one')
  assert.match(
    (await host.refused('profile', 'set', 'local', 'small', '--sleep', '5m')).message,
    'could not have profile',
  )
  assert.is(await pid('one'), before)
})

test('a pod that does not come up with what a profile says goes on as it was, and the command fails', async () => {
  const code = "export default () => { if (process.env.BREAK) throw new Error('it breaks') }\n"
  await host.ask('pod.push', { name: 'frail', code })
  await host.ok('profile', 'set', 'local', 'risky', '--retries', '1')
  await host.ok('start', 'local', 'frail', '--profile', 'risky')
  const before = await pid('frail')
  const { code: exit, stdout } = await host.pod(
    'profile',
    'set',
    'local',
    'risky',
    '--retries',
    '1',
    '--env',
    'BREAK=1',
  )
  assert.is(exit, 1)
  assert.match(stdout, /frail goes on as it was: .*it breaks/)
  assert.is(await pid('frail'), before)
})

test.run()
