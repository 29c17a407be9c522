// Runs that live by a lease, on a real host that is killed: what is over ends them, whatever they do. Not here: the law of a lease
// (test/shim/lease.test.ts), a service in another language (test/shim/keeper/service.test.ts), a fleet (test/e2e/fleet.test.ts).
import { mkdirSync, writeFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { needs } from '../needs.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('leases')
const withSandbox = needs(test, 'bwrap')
const host = new TestHost()
const forMs = 3_600_000

test.before(async () => {
  await host.up()
})
test.after(async () => {
  await host.dispose()
})

const quiet = `export default () => void setInterval(() => {}, 1000)`
const spinning = `export default async () => setTimeout(() => { for (;;); }, 200)`
const deaf = `export default () => { process.removeAllListeners("SIGCONT"); setInterval(() => {}, 1000) }`

/** @returns its process, and the file of its lease */
async function begun(name: string, code: string, config: object = {}): Promise<{ pid: number; file: string }> {
  const file = join(host.dir, 'leases', name, 'lease')
  mkdirSync(dirname(file), { recursive: true })
  await host.ask('pod.push', { name, code, file: `${name}.js` })
  const { runs } = await host.ask('pod.start', { name, config: { lease: { file, for: forMs }, ...config } })
  return { pid: runs[0]?.pid as number, file }
}

const renewedMs = (ms: number) => String(uptime() * 1000 - ms)

test('what lives by a lease is up while it is renewed, and a lease that is none is refused by name', async () => {
  const refused = async (lease: unknown) =>
    await begun('bad', quiet, { lease }).then(
      () => 'started',
      error => error.message as string,
    )
  assert.match(await refused({ file: 'lease', for: '3s' }), /lease\.file is not an absolute path/)
  assert.match(await refused({ file: '/run/lease', for: '1ms' }), /lease\.for must be 100 ms at least/)
  assert.match(await refused({ file: '/run/lease' }), /lease\.for/)
  const { pid, file } = await begun('renewed', quiet)
  writeFileSync(file, renewedMs(forMs - 600_000))
  assert.equal([isAlive(pid), (await host.status('renewed')).status], [true, 'up'])
})

test('it ends with its lease, whatever it does and though its host is gone: also spinning, stopped, or without ears', async () => {
  const stopped = await begun('stopped', quiet)
  const runs = [
    stopped,
    await begun('quiet', quiet),
    await begun('spinning', spinning),
    await begun('deaf', deaf),
    await begun('apart', quiet, { isolate: 'permission' }),
  ]
  await host.killHost()
  process.kill(stopped.pid, 'SIGSTOP')
  for (const { pid } of runs) assert.ok(isAlive(pid))
  for (const { file } of runs) writeFileSync(file, renewedMs(forMs))
  for (const { pid } of runs.filter(run => run !== stopped)) await until(() => !isAlive(pid), 'its process is gone')
  process.kill(stopped.pid, 'SIGCONT')
  await until(() => !isAlive(stopped.pid), 'its process is gone once it goes on')
  await host.up()
  const isTold = async () => /its lease is over: it was ended/.test(await host.ok('logs', 'local', 'quiet'))
  await until(isTold, 'its log says why')
})

withSandbox('it ends with its lease in a sandbox too', async () => {
  const { pid, file } = await begun('boxed', quiet, { isolate: 'sandbox' })
  await host.killHost()
  assert.ok(isAlive(pid))
  writeFileSync(file, renewedMs(forMs))
  await until(() => !isAlive(pid), 'its process is gone')
  await host.up()
})

test.run()
