// What the kernel holds for a whole run, where the host has a group of cgroup v2 to itself, as under a unit with DelegateSubgroup=host.
// Few machines give a test such a group: `npm run check-cgroups` lets it run in a kernel of its own, and names the group.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { needs } from '../needs.ts'
import { podProgram } from '../paths.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const group = process.env.P8A_TEST_GROUP ?? ''

class GroupHost extends TestHost {
  override async up(): Promise<void> {
    const enter = `echo $$ > ${group}/host/cgroup.procs && exec "$0" "$@"`
    const start = [process.execPath, '--', podProgram, 'host', 'start', '--detach', '--port', '0']
    const { code, stderr } = await this.run('/bin/sh', ['-c', enter, ...start])
    assert.is(code, 0, stderr)
    this.pid = (await this.ask('host.info', {})).pid
  }
}

const test = suite('cgroups')
const host = new GroupHost()
const grouped = needs(test, 'a group of cgroup v2')

test.after(() => host.dispose())

/** What a file of the group of the first run of a pod says. */
const told = (pod: string, file: string) => readFileSync(join(group, `run-${pod}.1`, file), 'utf8').trim()

const attacker = `import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
const kept = []
export const eat = mib => { for (let n = 0; n < mib; n++) kept.push(Buffer.alloc(1024 * 1024, 1)) }
export const spin = () => { while (!/nr_throttled [1-9]/.test(readFileSync('${group}/run-busy.1/cpu.stat', 'utf8'))); }
export const forks = async most => {
  for (let n = 0; n < most; n++) {
    const child = spawn('/bin/sleep', ['1000'])
    const error = await new Promise(resolve => child.once('error', resolve).once('spawn', () => resolve(undefined)))
    if (error) return { begun: n, code: error.code }
  }
}
export default () => {}`

async function begin(name: string, limits: object): Promise<void> {
  const file = join(host.dir, 'attacker.js')
  writeFileSync(file, attacker)
  await host.pushFile(name, file)
  await host.begin(name, { config: { limits } })
}

grouped('a run is in a group with its limits, and its pod says who holds them', async () => {
  await host.up()
  assert.match(await host.ok('host', 'doctor'), /whole run: cpu, memory, pids, by cgroup v2/)
  await begin('held', { memoryMax: '200MB', processes: 30, cpu: 0.3 })
  const files = ['memory.max', 'memory.high', 'pids.max', 'cpu.max'].map(file => told('held', file))
  assert.equal(files, ['209715200', '188743680', '30', '30000 100000'])
  const [run] = (await host.status('held')).runs
  assert.match(readFileSync(`/proc/${run?.pid}/cgroup`, 'utf8'), '/run-held.1')
  assert.match(
    await host.ok('status', 'held'),
    /memoryMax 200 MB \(by the kernel\), processes 30 \(by the kernel\), cpu 0\.3 \(by the kernel\)/,
  )
  await host.stop('held')
  await until(() => !existsSync(join(group, 'run-held.1')), 'its group is gone')
})

grouped('one that spins waits, and a fork beyond its processes is refused: it goes on', async () => {
  await begin('busy', { cpu: 0.2 })
  await host.call('busy', 'spin')
  await begin('forks', { processes: 40 })
  const { begun, code } = (await host.call('forks', 'forks', 100)) as { begun: number; code: string }
  assert.equal([code, begun < 40, told('forks', 'pids.current')], ['EAGAIN', true, '40'])
  assert.is((await host.status('forks')).status, 'up')
  for (const name of ['busy', 'forks']) await host.stop(name)
})

grouped('one that eats 10 GB at once, under the next host, ends before it has them; its pod says so', async () => {
  await begin('greedy', { memoryMax: '150MB' })
  await host.killHost()
  await host.up()
  assert.equal((await host.status('greedy')).runs[0]?.id, 'greedy.1')
  await host.call('greedy', 'eat', 10_000).catch(() => {})
  const ended = await until(
    async () => (await host.runs('greedy')).find(({ id, end }) => id === 'greedy.1' && end),
    'it has ended',
  )
  const [, was = ''] = /^memory limit 150 MB \(was (\d+) MB\)$/.exec(ended.end?.message ?? '') ?? []
  assert.equal([ended.end?.reason, Number(was) > 0 && Number(was) < 200], ['limit', true], ended.end?.message)
  await host.remove('greedy')
  await until(() => readdirSync(group).every(name => !name.startsWith('run-')), 'no group of a run is left')
})

test.run()
