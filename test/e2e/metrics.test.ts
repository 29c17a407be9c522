// The metrics of a real host: who may see them, and whether Prometheus takes them. Not here: what each tells (daemon/verbs/metrics.test.ts).
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { UsagePoint } from '../../protocol/usage.ts'
import { freePort } from '../free-port.ts'
import { needs } from '../needs.ts'
import { root } from '../paths.ts'
import { samplesOf } from '../samples.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const metrics = suite('metrics')
let host: TestHost

metrics.before(async () => {
  host = new TestHost()
  await host.up()
  writeFileSync(join(host.data, 'host.json'), settingsWith({ usageInterval: 200 }))
  await host.ok('host', 'stop')
  await host.up()
  await host.push('forever', 'web')
  await host.begin('web')
})
metrics.after(async () => await host.dispose())

/** What a person writes into host.json. */
function settingsWith(some: object): string {
  const known = JSON.parse(readFileSync(join(host.data, 'host.json'), 'utf8'))
  return JSON.stringify({ ...known, settings: { ...known.settings, ...some } })
}

const scrape = async (token?: string) => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(`http://127.0.0.1:${host.port}/metrics`, { headers })
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

/** The encoding of what is sent to whoever accepts this one; it says how many bytes are in it. */
const coding = async (accepted: string) => {
  const headers = { authorization: `Bearer ${host.token}`, 'accept-encoding': accepted }
  const response = await fetch(`http://127.0.0.1:${host.port}/metrics`, { headers })
  assert.match(await response.text(), /^# HELP p8a_build_info /)
  assert.ok(Number(response.headers.get('content-length')) > 100)
  return response.headers.get('content-encoding')
}

metrics('a token of the role read sees them; who has none does not', async () => {
  assert.is((await scrape()).status, 401)
  const { token } = await host.ask('host.token.add', { name: 'prometheus', role: 'read' })
  const { status, type, text } = await scrape(token)
  assert.equal([status, type], [200, 'text/plain; version=0.0.4; charset=utf-8'])
  assert.is(samplesOf(text).get('p8a_pod_state{namespace="",pod="web",state="up"}'), 1)
  const inner = await host.ask('host.token.add', { name: 'inner', role: 'read', path: 'inner' })
  assert.not.match((await scrape(inner.token)).text, /web|p8a_host_/)
  const posted = await fetch(`http://127.0.0.1:${host.port}/metrics`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
  assert.equal([posted.status, posted.headers.get('allow')], [405, 'GET, HEAD'])
  const sent = await Promise.all(['gzip;q=1.0', 'gzip;q=0', 'identity'].map(each => coding(each)))
  assert.equal(sent, ['gzip', null, null])
})

metrics('cpu, memory, restarts and events follow what happens', async () => {
  const { runs } = await host.status('web')
  const of = async () => samplesOf((await scrape(host.token)).text)
  await until(async () => {
    const samples = await of()
    const memory = samples.get('p8a_run_resident_memory_bytes{namespace="",pod="web",slot="0"}') ?? 0
    return memory > 1e6 && samples.has('p8a_host_eventloop_lag_p99_seconds')
  }, 'they are measured')
  process.kill(runs[0]?.pid as number, 'SIGKILL')
  await until(async () => {
    const samples = await of()
    const about = '{namespace="",pod="web"}'
    const [restarts, crashes] = [
      samples.get(`p8a_pod_restarts_total${about}`),
      samples.get(`p8a_pod_crashes_total${about}`),
    ]
    return restarts === 1 && crashes === 1 && samples.get('p8a_events_total{type="crashed"}') === 1
  }, 'the crash is counted')
})

metrics('heap, event loop and log of a run are told, unless it is blocked', async () => {
  const heap = 'p8a_run_heap_used_bytes{namespace="",pod="web",slot="0"}'
  const lag = 'p8a_run_eventloop_lag_p99_seconds{namespace="",pod="web",slot="0"}'
  const of = async () => samplesOf((await scrape(host.token)).text)
  await until(async () => {
    const samples = await of()
    return (samples.get(heap) ?? 0) > 1e5 && (samples.get(lag) ?? -1) >= 0
  }, 'it tells them')
  assert.is((await of()).get('p8a_run_log_lost_writes_total{namespace="",pod="web",slot="0"}'), 0)
  const [run] = (await host.status('web')).runs
  assert.ok(run?.pid)
  process.kill(run.pid, 'SIGSTOP')
  try {
    await until(async () => !(await of()).has(heap), 'it is left out')
  } finally {
    process.kill(run.pid, 'SIGCONT')
  }
  await until(async () => (await of()).has(heap), 'it is back')
})

metrics('--usage tells the lag of a run too, at once', async () => {
  await host.push('forever', 'fresh')
  await host.begin('fresh')
  const { runs } = JSON.parse(await host.ok('status', 'local', 'fresh', '--usage', '--json'))
  assert.ok(runs[0].lag.p99Ms >= runs[0].lag.p50Ms)
  assert.match(await host.ok('status', 'local', '--usage'), /LAG P99.*\n(.*\n)*fresh .* \d+(\.\d)? m?s/)
})

metrics('queues and gateways are asked', async () => {
  const worker = join(host.dir, 'mail.js')
  writeFileSync(
    worker,
    `export const config = { kind: 'worker' }\nexport const add = (a, b) => a + b\nexport default () => {}\n`,
  )
  await host.pushFile('mail', worker)
  await host.ok('start', 'local', 'mail')
  await host.ok('enqueue', 'local', 'mail', 'add', '1', '2', '--wait')
  const port = await freePort()
  await host.ok('push', 'local', 'gateway', 'p8a:gateway')
  await host.ok('start', 'local', 'gateway', '--listen', `127.0.0.1:${port}`)
  assert.is((await fetch(`http://127.0.0.1:${port}/`)).status, 404)
  const nobody = '{namespace="",gateway="gateway",pod="-",code="4xx"}'
  await until(async () => {
    const samples = samplesOf((await scrape(host.token)).text)
    const done = samples.get('p8a_queue_items{namespace="",queue="mail",state="done"}')
    return done === 1 && samples.get(`p8a_gateway_requests_total${nobody}`) === 1
  }, 'they have told')
})

metrics('pod.usage tells requests through a gateway, and the lag of a run that somebody looks at', async () => {
  const code =
    "export const config = { listen: 'auto', route: '/' }\nexport const fetch = () => new Response('hello')\n"
  await host.ask('pod.push', { name: 'site', code })
  await host.begin('site')
  const gateway = (await host.status('gateway')).ports?.[0]?.address
  await until(async () => {
    await fetch(`http://${gateway}/`)
    const { points } = await host.ask('pod.usage', { name: 'site' })
    const has = (known: (point: UsagePoint) => boolean) => points.some(known)
    return has(({ requests = 0 }) => requests > 0) && has(({ lagMs = -1 }) => lagMs >= 0)
  }, 'both are told')
  const { points } = await host.ask('pod.usage', { name: 'web' })
  assert.ok(points.every(({ requests }) => requests === undefined))
})

metrics('checks, and connections that are open at the ports of a run, are counted', async () => {
  const { ports } = await host.status('site')
  const at = ports?.[0]?.address
  const open = await fetch(`http://127.0.0.1:${at?.split(':').at(-1)}/`)
  const site = 'namespace="",pod="site",slot="0"'
  await until(async () => {
    const samples = samplesOf((await scrape(host.token)).text)
    const passed = samples.get(`p8a_run_checks_total{${site},outcome="passed"}`) ?? 0
    return passed > 0 && samples.has(`p8a_run_connections_open{${site}}`)
  }, 'they are told')
  assert.is(await open.text(), 'hello')
})

metrics('sleep and what it saves grow while a pod sleeps', async () => {
  const of = async () => samplesOf((await scrape(host.token)).text)
  const about = `{namespace="",pod="mail"}`
  await host.ok('sleep', 'local', 'mail')
  await until(async () => {
    const samples = await of()
    return samples.get(`p8a_pod_naps_total${about}`) === 1 && (samples.get('p8a_pods_asleep_seconds_total') ?? 0) > 0
  }, 'it is counted')
  const first = (await of()).get(`p8a_pod_asleep_seconds_total${about}`) ?? 0
  await until(async () => ((await of()).get(`p8a_pod_asleep_seconds_total${about}`) ?? 0) > first, 'it grows')
  assert.is((await of()).get(`p8a_pod_wakes_total${about}`), 0)
  await host.ok('wake', 'local', 'mail')
  await until(async () => (await of()).get(`p8a_pod_wakes_total${about}`) === 1, 'so is the wake')
})

needs(metrics, 'promtool')('promtool has nothing to say against them', async () => {
  const { text } = await scrape(host.token)
  const { code, stdout, stderr } = await host.run('promtool', ['check', 'metrics'], { input: text })
  assert.equal([code, stdout, stderr], [0, '', ''])
})

metrics('docs/METRICS.md has each of them, and no other', async () => {
  // How late the loop was is told from the second look on, and not to those that ask at once after another.
  let names: string[] = []
  await until(async () => {
    names = [...(await scrape(host.token)).text.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name)
    return names.includes('p8a_host_eventloop_lag_p99_seconds')
  }, 'all are told')
  const page = readFileSync(join(root, 'docs/METRICS.md'), 'utf8')
  const told = [...page.matchAll(/^\| `(p8a_\w+)` \|/gm)].map(([, name]) => name)
  assert.equal(told.sort(), [...new Set(names)].sort())
})

metrics('an address that metricsFrom names needs no token', async () => {
  writeFileSync(join(host.data, 'host.json'), settingsWith({ metricsFrom: ['127.0.0.1'] }))
  await host.ok('host', 'stop')
  await host.up()
  const { status, text } = await scrape()
  assert.is(status, 200)
  assert.ok(samplesOf(text).has('p8a_host_resident_memory_bytes'))
  const wrong = await fetch(`http://127.0.0.1:${host.port}/rpc`, { method: 'POST', body: '{}' })
  assert.is(wrong.status, 401)
})

metrics.run()
