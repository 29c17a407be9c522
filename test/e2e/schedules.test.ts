// Schedules, and pods that need others, against a real host. Not tested here: what a pattern means, and what changes of clocks do
// to it (test/daemon/tree/cron.test.ts).
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('schedules and needs')
const host = new TestHost()

test.before(async () => await host.up())
test.after.each(async () => {
  await host.removeAll()
  rmSync(join(host.dir, 'gate'), { force: true })
})
test.after(async () => await host.dispose())

async function pushScript(name: string, content: string): Promise<void> {
  writeFileSync(join(host.dir, `${name}.sh`), content)
  await host.pushFile(name, join(host.dir, `${name}.sh`))
}

async function pushPod(name: string, content: string): Promise<void> {
  writeFileSync(join(host.dir, `${name}.js`), content)
  await host.pushFile(name, join(host.dir, `${name}.js`))
}

const runsOf = async (name: string) => (await host.ask('pod.runs', { name: name })).runs

test('a script is started by its schedule, with params and arguments, until it is stopped', async () => {
  await pushScript('tick', 'echo $LEVEL $1\n')
  await host.ok('start', 'local', 'tick', '--schedule', '* * * * * *', '--level', '3', '--', 'arg')
  assert.ok((await host.status('tick')).nextAt, 'it knows when at once')
  await until(async () => (await runsOf('tick')).filter(({ end }) => end).length >= 2, 'it ran twice')
  await host.stop('tick')
  assert.is((await host.status('tick')).nextAt, undefined)
  assert.is(await host.ok('output', 'local', 'tick.1'), '3 arg\n')
  assert.is((await runsOf('tick')).length, (await runsOf('tick')).length)
})

test('a schedule tells its next time in its zone', async () => {
  await pushScript('daily', 'true\n')
  await host.ok('start', 'local', 'daily', '--schedule', '30 12 1 1 *', '--zone', 'Asia/Tokyo')
  const isNext = async (end: string) => assert.ok((await host.status('daily')).nextAt?.endsWith(end), `it is at ${end}`)
  await isNext('-01-01T03:30:00.000Z')
  assert.match(await host.ok('status', 'local', 'daily'), /next start/)
  await host.ok('start', 'local', 'daily', '--schedule', '30 12 1 1 *', '--zone', 'America/New_York')
  await isNext('-01-01T17:30:00.000Z')
})

test('overlap: a run that goes on is passed over, waited for, or joined', async () => {
  const gate = join(host.dir, 'gate')
  await pushScript('long', `while [ ! -e ${gate} ]; do sleep 0.05; done\n`)
  await host.ok('start', 'local', 'long', '--schedule', '* * * * * *', '--overlap', 'parallel')
  await until(async () => (await host.status('long')).up >= 2, 'two go on')
  await host.stop('long')
  await host.ok('start', 'local', 'long', '--schedule', '* * * * * *')
  await until(async () => (await host.ok('logs', 'local', 'long')).includes('skipped a start'), 'one was skipped')
  assert.is((await host.status('long')).up, 1)
  await host.stop('long')
  const before = (await runsOf('long')).length
  await host.ok('start', 'local', 'long', '--schedule', '* * * * * *', '--overlap', 'queue')
  await until(async () => (await host.status('long')).up === 1, 'one goes on')
  writeFileSync(gate, '')
  await until(async () => (await runsOf('long')).length > before + 1, 'the next one has come')
})

test('what was due while the host was down is run once, or not at all', async () => {
  await pushScript('missed', 'true\n')
  await pushScript('passed', 'true\n')
  // Far away, so that nothing but what was missed is run.
  await host.ok('start', 'local', 'missed', '--schedule', '0 0 1 1 *')
  await host.ok('start', 'local', 'passed', '--schedule', '0 0 1 1 *', '--missed', 'skip')
  const files = ['missed', 'passed'].map(name => join(host.data, 'pods', name, 'schedule.json'))
  assert.ok(
    files.every(file => existsSync(file)),
    'both are noted',
  )
  await host.killHost()
  for (const file of files) {
    const state = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify({ ...state, at: '2020-01-01T00:00:00.000Z' }))
  }
  await host.up()
  await until(async () => (await runsOf('missed')).some(({ end }) => end), 'it was made up for')
  assert.is((await runsOf('missed')).length, 1)
  assert.is((await runsOf('passed')).length, 0)
})

test('a broken schedule.json is kept aside, and the schedule goes on from now', async () => {
  await pushScript('daily', 'true\n')
  await host.ok('start', 'local', 'daily', '--schedule', '0 0 1 1 *')
  const { nextAt } = await host.status('daily')
  assert.ok(nextAt)
  const folder = join(host.data, 'pods/daily')
  for (const text of ['garbage', '{"v":1,"at":"soon","schedule":"x"}', '']) {
    await host.killHost()
    writeFileSync(join(folder, 'schedule.json'), text)
    await host.up()
    await until(async () => (await host.status('daily')).nextAt === nextAt, `it is armed past ${text}`)
  }
  assert.is(readdirSync(folder).filter(name => name.startsWith('schedule.json.broken')).length, 3)
})

test('a schedule that is none is refused at push and at start', async () => {
  await pushScript('job', 'true\n')
  for (const at of ['61 * * * *', 'soon', '* * *'])
    assert.is((await host.refused('start', 'local', 'job', '--schedule', at)).code, 'bad_config', at)
  const zone = await host.refused('start', 'local', 'job', '--schedule', '* * * * *', '--zone', 'Mars/Base')
  assert.is(zone.code, 'bad_config')
  assert.is((await host.refused('start', 'local', 'job', '--overlap', 'skip')).code, 'usage')
  writeFileSync(join(host.dir, 'bad.js'), `export const config = { schedule: 'never' }\nexport default () => {}\n`)
  assert.is((await host.refused('push', 'local', 'bad', join(host.dir, 'bad.js'))).code, 'bad_config')
})

test('a service with a schedule is started again by it', async () => {
  await pushPod('often', `export const config = { schedule: '* * * * * *' }\nexport default () => process.exit()\n`)
  await host.pod('start', 'local', 'often')
  await until(async () => (await runsOf('often')).filter(({ end }) => end?.code === 0).length >= 3, 'it ran thrice')
  await host.stop('often')
})

test('a pod is started after what it needs, and stopped before it', async () => {
  await host.push('needing')
  const error = await host.refused('start', 'local', 'needing')
  assert.match(error.message, /needs "forever", and there is no such pod/)
  await host.push('forever')
  await host.begin('needing')
  assert.equal([(await host.status('forever')).status, (await host.status('needing')).status], ['up', 'up'])
  await host.stop('forever')
  const waiting = await host.status('needing')
  assert.equal([waiting.status, waiting.text, waiting.want], ['waiting', 'waits for forever', 'up'])
  const [ended, other] = [(await runsOf('needing'))[0], (await runsOf('forever'))[0]]
  assert.ok((ended?.endedAt ?? 'z') <= (other?.endedAt ?? ''))
  await host.begin('forever')
  await until(async () => (await host.status('needing')).status === 'up', 'it came back')
})

test('a pod that waits for what it needs is started, and restarted, with that', async () => {
  await host.push('forever')
  await host.push('needing')
  await host.begin('needing', { params: { value: '1' } })
  for (const verb of [['restart'], ['start', '--value', '2']] as const) {
    await host.stop('forever')
    assert.is((await host.status('needing')).status, 'waiting')
    const [name, ...rest] = verb
    await host.ok(name, 'local', 'needing', ...rest)
    assert.equal([(await host.status('forever')).status, (await host.status('needing')).status], ['up', 'up'])
  }
  assert.equal((await host.status('needing')).params, { value: '2' })
  assert.is((await host.refused('start', 'local', 'needing')).code, 'pod_running')
})

test('a cycle of needs is refused at push, and shown', async () => {
  const pod = (needs: string) => `export const config = { needs: ['${needs}'] }\nexport default () => {}\n`
  for (const [name, needs] of [
    ['a', 'b'],
    ['b', 'c'],
  ] as const)
    await pushPod(name, pod(needs))
  writeFileSync(join(host.dir, 'c.js'), pod('a'))
  const error = await host.refused('push', 'local', 'c', join(host.dir, 'c.js'))
  assert.is(error.code, 'needs_cycle')
  assert.match(error.message, /c → a → b → c/)
  writeFileSync(join(host.dir, 'self.js'), pod('self'))
  assert.match((await host.refused('push', 'local', 'self', join(host.dir, 'self.js'))).message, /self → self/)
})

test('pods whose files were edited into a cycle of needs end with their host all the same', async () => {
  await pushPod('left', `export default () => {}\n`)
  await pushPod('right', `export const config = { needs: ['left'] }\nexport default () => {}\n`)
  await host.begin('left')
  await host.begin('right')
  const file = join(host.data, 'pods/left/pod.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), config: { needs: ['right'] } }))
  await until(async () => (await host.status('left')).runs.some(run => run.id !== 'left.1'), 'the edit was taken up')
  await host.ok('host', 'stop', '--pods')
  await host.up()
  await until(async () => (await host.status('left')).status === 'waiting', 'it waits')
  assert.is((await host.status('right')).text, 'waits for left')
})

test.run()
