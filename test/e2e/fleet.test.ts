// A fleet of three real hosts on a real nats-server: pods are placed, called and moved, through the deaths of hosts and engine. The cases follow
// each other on the same fleet. Not tested here: power cuts, and networks that are cut between machines.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watch } from '../../cli/client/published.ts'
import type { PodStatus } from '../../protocol/words.ts'
import { freePort } from '../free-port.ts'
import { TestNats } from '../nats.ts'
import { needs } from '../needs.ts'
import { isAlive } from '../processes.ts'
import { samplesOf } from '../samples.ts'
import { natsServer } from '../system.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('fleet')
const withNats = needs(test, 'nats-server')

let nats: TestNats | undefined
const hosts: TestHost[] = []
const [a, b, c] = [0, 1, 2].map(() => new TestHost()) as [TestHost, TestHost, TestHost]

test.before(async () => {
  if (!natsServer()) return
  nats = await TestNats.open()
  for (const host of [a, b, c]) {
    await host.up()
    hosts.push(host)
    await host.ok('push', 'local', 'fleet', 'p8a:fleet')
    await host.ok('start', 'local', 'fleet')
  }
})
test.after(async () => {
  for (const host of hosts) await host.dispose()
  await nats?.[Symbol.asyncDispose]()
})

const pod = `import { appendFileSync } from 'node:fs'
export const who = () => process.pid
export const slow = async ms => { await new Promise(resolve => setTimeout(resolve, ms)); return process.pid }
export async function* count(to) { for (let at = 0; at < to; at++) yield at }
export const large = size => 'x'.repeat(size)
export const die = file => { appendFileSync(file, 'died\\n'); process.kill(process.pid, 'SIGKILL') }
export const other = async (name, fn, arg) => await p8a.pod(name)[fn](arg)
export const say = (topic, data) => bus.publish(topic, data)
export const heard = () => all
const all = []
let p8a
let bus
export default (params, ...given) => {
  ;[bus, p8a] = given
  bus.subscribe('news.**', data => all.push(data))
  if (params.file) {
    appendFileSync(params.file, 'begun ' + process.pid + '\\n')
    setInterval(() => appendFileSync(params.file, 'alive ' + process.pid + ' ' + Number(process.hrtime.bigint() / 1000000n) + '\\n'), 20)
  }
}
`

/** For how long its runs have been up is another with each question. */
const inFleet = async (host: TestHost, name: string): Promise<PodStatus> => {
  const status = await host.ask('pod.status', { name, path: 'fleet' })
  return { ...status, runs: status.runs.map(({ uptimeMs: _, ...run }) => run) }
}
const placesOf = (status: PodStatus): string[] => status.runs.map(({ id }) => id.split('.')[0] ?? '').sort()
const upAt = async (host: TestHost, name: string, places: string[]): Promise<PodStatus> =>
  await until(async () => {
    const status = await inFleet(host, name).catch(() => undefined)
    return status?.status === 'up' && placesOf(status).join() === places.join() && status
  }, `${name} is up on ${places}`)
const push = async (host: TestHost, name: string): Promise<void> => {
  await host.ask('pod.push', { name, code: pod, file: `${name}.js`, path: 'fleet' })
}
const start = async (host: TestHost, name: string, given: object = {}): Promise<void> => {
  await host.ask('pod.start', { name, path: 'fleet', ...given })
}
const stop = async (host: TestHost, name: string): Promise<void> =>
  void (await host.ask('pod.stop', { name, path: 'fleet' }))
const add = async (host: TestHost, more: object = {}) =>
  await host.ask('queue.add', { name: 'mail', fn: 'send', args: ['ann'], path: 'fleet', ...more })
const placeOf = (id: string): string => id.split('.')[0] ?? ''
type State = { isUp: boolean; problem: string; hosts: { name: string; status: string }[] }
/** As `pod fleet status --json` tells it, without the command. */
const statusOf = async (host: TestHost) => (await host.call('fleet', 'status')) as State

withNats(
  'the first begins a fleet, others join by what it prints, and one of a name that is taken is refused',
  async () => {
    assert.match((await a.pod('fleet', 'status')).stderr, /in no fleet/)
    assert.match(await a.ok('fleet', 'init', '--name', 'a'), /Host "a" is the first of fleet/)
    await push(a, 'kept')
    await start(a, 'kept')
    const before = (await inFleet(a, 'kept')).runs
    assert.match((await a.pod('fleet', 'invite')).stderr, /Cannot invite anyone.*\n.*pod fleet move/)
    const printed = await a.ok('fleet', 'move', '--nats', nats?.urls.join() ?? '')
    assert.match(printed, /fleet of host "a" has moved to nats:/)
    await upAt(a, 'kept', ['a'])
    assert.equal((await inFleet(a, 'kept')).runs, before)
    const invite = (await a.ok('fleet', 'invite')).trim()
    assert.is((await a.ok('host', 'invite', '--fleet')).trim(), invite)
    assert.match((await b.pod('fleet', 'join', invite.slice(0, -20), '--name', 'b')).stderr, /no invite of a fleet/)
    assert.match((await b.pod('fleet', 'join', invite, '--name', 'B!')).stderr, /can be no name of a host/)
    await b.ok('fleet', 'join', invite, '--name', 'b', '--tag', 'disk')
    assert.match(
      (await c.pod('fleet', 'join', invite, '--name', 'b')).stderr,
      /another host of this fleet is called "b"/,
    )
    await c.ok('fleet', 'join', invite, '--name', 'c')
    await until(async () => (await statusOf(b)).hosts.length === 3, 'all three are known')
    assert.is((await b.json<State>('fleet', 'status')).hosts.length, 3)
    assert.match((await c.pod('fleet', 'init')).stderr, /is in the fleet .* already/)
    const headers = { authorization: `Bearer ${b.token}` }
    await until(async () => {
      const scraped = await (await fetch(`http://127.0.0.1:${b.port}/metrics`, { headers })).text()
      return samplesOf(scraped).get('p8a_fleet_hosts{namespace="",pod="fleet",state="active"}') === 3
    }, 'all three are counted')
    assert.match((await c.pod('fleet', 'move')).stderr, /Cannot move the fleet: others are in it: \w, \w/)
    assert.equal((await upAt(b, 'kept', ['a'])).runs, before)
    await b.ask('pod.remove', { name: 'kept', force: true, path: 'fleet' })
  },
)

withNats(
  'what is pushed at one host is spread over all, and called from any; tags and places are kept to',
  async () => {
    await push(a, 'web')
    await start(b, 'web', { config: { scale: 3 } })
    const status = await upAt(c, 'web', ['a', 'b', 'c'])
    const pids = status.runs.map(({ pid }) => pid)
    for (const host of [a, b, c]) {
      const { value } = await host.ask('pod.call', { name: 'web', fn: 'who', args: [], path: 'fleet' })
      assert.ok(pids.includes(value as number))
    }
    // What a run had when it died is not done by another one.
    const file = join(a.dir, 'died')
    const died = await a.ask('pod.call', { name: 'web', fn: 'die', args: [file], path: 'fleet' }).catch(error => error)
    assert.is(died.code, 'outcome_unknown')
    assert.is(readFileSync(file, 'utf8'), 'died\n')
    const { entries } = await a.ask('pod.logs', { name: 'web', grep: 'spawned', path: 'fleet' })
    assert.equal([...new Set(entries.map(({ run }) => run?.split('.')[0]))].sort(), ['a', 'b', 'c'])
    await push(a, 'stored')
    await start(a, 'stored', { config: { on: { tag: 'disk' } } })
    await upAt(a, 'stored', ['b'])
    // It is called where it is, from hosts that do not have it.
    const { value } = await c.ask('pod.call', { name: 'stored', fn: 'who', args: [], path: 'fleet' })
    assert.is(value, (await inFleet(c, 'stored')).runs[0]?.pid)
    const called = async (fn: string, arg: number) =>
      (await c.ask('pod.call', { name: 'stored', fn, args: [arg], path: 'fleet' })).value
    assert.equal(
      await called('count', 100),
      Array.from({ length: 100 }, (_, at) => at),
    )
    assert.is(((await called('large', 3_000_000)) as string).length, 3_000_000)
    // So do pods call each other, by their names alone.
    const other = async (fn: string, arg: number) =>
      (await c.ask('pod.call', { name: 'web', fn: 'other', args: ['stored', fn, arg], path: 'fleet.c' })).value
    assert.is(await other('who', 0), value)
    assert.equal(await other('count', 3), [0, 1, 2])
    // What one of them publishes, all hear, once.
    const at = async (host: TestHost, fn: string, ...args: unknown[]) =>
      (
        await host.ask('pod.call', {
          name: 'web',
          fn,
          args,
          path: `fleet.${host === a ? 'a' : host === b ? 'b' : 'c'}`,
        })
      ).value
    let said = 0
    for (const host of [a, b, c])
      await until(async () => {
        // The first ones may come before it is known who listens.
        await at(b, 'say', 'news.one', ++said)
        return ((await at(host, 'heard')) as number[]).length > 0
      }, 'it is heard')
    for (const host of [a, b, c]) {
      const heard = (await at(host, 'heard')) as number[]
      assert.equal(
        heard,
        [...new Set(heard)].sort((one, other) => one - other),
      )
    }
    await a.ask('pod.scale', { name: 'web', scale: 1, path: 'fleet' })
    await until(async () => (await inFleet(b, 'web')).runs.length === 1, 'two of three have ended')
    await stop(c, 'stored')
    // What one host was told of is with the others a moment later, here and below.
    await until(async () => (await inFleet(a, 'stored')).status === 'idle', 'it is idle')
  },
)

withNats(
  'whoever watches the fleet at one host sees what becomes of it on others: that it crashes, sleeps, is waked, is gone',
  async () => {
    const ending = new AbortController()
    const watching = watch(`unix:${join(c.data, 'host.sock')}`, { path: 'fleet', signal: ending.signal })
    const over = (async () => {
      for await (const _ of watching);
    })().catch(error => error)
    const seen = async (name: string, is: (pod: PodStatus) => boolean) =>
      await until(() => {
        const pod = watching.pods.get(name)
        return pod !== undefined && is(pod) && pod
      }, `${name} is seen`)
    const onB = { config: { on: { tag: 'disk' } } }
    await a.ask('pod.push', {
      name: 'wrong',
      code: 'export default () => { throw new Error("no luck today") }\n',
      path: 'fleet',
    })
    await start(a, 'wrong', { ...onB, wait: false })
    const wrong = await seen('wrong', ({ cause }) => cause !== undefined)
    assert.match(wrong.text, /^b: .*no luck today/)
    assert.match(wrong.cause?.run ?? '', /^b\.wrong\.\d+$/)
    const code = 'export const config = { listen: "auto", sleep: 100 }\nexport const fetch = () => new Response("")\n'
    await a.ask('pod.push', { name: 'nap', code: `${code}export const pid = () => process.pid\n`, path: 'fleet' })
    await start(a, 'nap', onB)
    const asleep = await seen('nap', ({ asleepSince }) => asleepSince !== undefined)
    assert.equal([asleep.status, asleep.text, asleep.up], ['idle', 'asleep on b', 0])
    // It is waked by a call, from a host that does not have it.
    const { value } = await c.ask('pod.call', { name: 'nap', fn: 'pid', args: [], path: 'fleet' })
    assert.type(value, 'number')
    await seen('nap', ({ asleepSince }) => asleepSince !== undefined)
    // It may be asleep again by the time of the answer.
    assert.is.not((await a.ask('pod.wake', { name: 'nap', path: 'fleet' })).status, 'waiting')
    for (const name of ['wrong', 'nap']) await b.ask('pod.remove', { name, force: true, path: 'fleet' })
    await until(() => !watching.pods.has('wrong') && !watching.pods.has('nap'), 'they are gone')
    ending.abort()
    assert.is(await over, undefined)
    const { fleet } = (await c.ask('host.info', { path: 'fleet' })) as unknown as {
      fleet: { hosts: { name: string }[] }
    }
    assert.equal(
      fleet.hosts.map(({ name }) => name),
      ['a', 'b', 'c'],
    )
  },
)

withNats(
  'a tag that nobody has, an exclusive pod with two runs, and a host that is not there, are told by name',
  async () => {
    await start(a, 'stored', { config: { on: { tag: 'gpu' } }, wait: false })
    const status = await until(async () => {
      const now = await inFleet(b, 'stored')
      return now.text.includes('gpu') && now
    }, 'it says what it waits for')
    assert.equal([status.status, status.text], ['waiting', '1 of 1 runs wait: no host has the tag "gpu"'])
    await stop(a, 'stored')
    await push(a, 'only')
    const refused = await a
      .ask('pod.start', { name: 'only', path: 'fleet', config: { exclusive: true, scale: 2 } })
      .then(
        () => undefined,
        error => error,
      )
    assert.is(refused?.code, 'bad_config')
    assert.match(refused?.message, /exclusive/)
    assert.match((await a.pod('fleet', 'forget', 'nobody')).stderr, /no host "nobody"/)
    assert.match((await a.pod('fleet', 'forget', 'b')).stderr, /Cannot forget host "b": it is alive/)
    assert.match((await a.pod('fleet', 'drain', 'nobody')).stderr, /no host "nobody".*\n.*a, b, c/)
    assert.match((await a.pod('fleet', 'doctor')).stdout, /one server keeps all values/)
  },
)

withNats(
  'a folder is built where it is pushed, and runs on every host; scripts are refused and leave nothing',
  async () => {
    const folder = join(a.dir, 'site')
    mkdirSync(folder)
    writeFileSync(join(folder, 'large'), Buffer.alloc(6_000_000, 'p8a '))
    writeFileSync(join(folder, 'built.js'), '')
    writeFileSync(join(folder, 'tool'), '#!/bin/sh\necho tool', { mode: 0o755 })
    writeFileSync(
      join(folder, 'index.js'),
      `const { execFileSync } = require('node:child_process')
exports.all = () => [require('./made.js'), require('node:fs').statSync(__dirname + '/large').size, String(execFileSync(__dirname + '/tool')).trim()]
setInterval(() => {}, 1000)
`,
    )
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ scripts: { build: `echo "module.exports = 'built'" > made.js`, start: 'node index.js' } }),
    )
    await a.ok('remote', 'add', 'fleet', `localhost:${a.port}`, '--path', 'fleet', '--token', a.token)
    assert.match(await a.ok('push', 'fleet', 'site', folder), /^site /)
    await start(c, 'site', { config: { scale: 3 } })
    await upAt(b, 'site', ['a', 'b', 'c'])
    for (const host of [a, b, c]) {
      const { value } = await host.ask('pod.call', { name: 'site', fn: 'all', args: [], path: 'fleet' })
      assert.equal(value, ['built', 6_000_000, 'tool'])
    }
    assert.match(await a.ok('push', 'fleet', 'site', folder), /site v1/)
    await b.ask('pod.remove', { name: 'site', force: true, path: 'fleet' })
    const script = join(a.dir, 'job.sh')
    writeFileSync(script, 'echo hello')
    const refused = await a.pod('push', 'fleet', 'job', script)
    assert.match(refused.stderr, /Cannot push job to a fleet: it is a script/)
    assert.match((await inFleet(a, 'job').catch(error => error)).message, /no pod "job"/)
  },
)

withNats(
  'an item is stored by one host and found from any; items of a key are on one, whoever enqueues them',
  async () => {
    const file = join(a.dir, 'mail.js')
    writeFileSync(
      file,
      `export const config = { kind: 'worker', itemRetries: 0, shrinkAfter: 100 }
export default () => {}
export const send = to => ({ to })
export const fail = () => { throw new Error('no post today') }
export async function* count(to) { for (let at = 0; at < to; at++) yield at }
`,
    )
    await a.ok('push', 'fleet', 'mail', file)
    await a.ok('start', 'fleet', 'mail', '--scale', '3')
    for (const [place, host] of Object.entries({ a, b, c })) {
      const added = await add(host)
      assert.is(placeOf(added.id), place)
      const item = await a.ask('queue.item', { name: 'mail', id: added.id, path: 'fleet', waitMs: 60_000 })
      assert.equal([item.id, item.state, item.result], [added.id, 'done', { to: 'ann' }])
      assert.is(placeOf(item.run ?? ''), place)
    }
    assert.is(await a.ok('enqueue', 'fleet', 'mail', 'count', '3', '--wait'), '0\n1\n2\n')
    // The same id is one item, whichever host is asked; keys are divided among the hosts.
    const [first, again] = [await add(a, { id: 'order-7' }), await add(b, { id: 'order-7' })]
    assert.equal([again.id, first.isNew, again.isNew], [first.id, true, false])
    assert.is((await c.ask('queue.item', { name: 'mail', id: 'order-7', path: 'fleet' })).id, first.id)
    const places = new Set<string>()
    for (let at = 0; at < 12; at++) {
      const ids = await Promise.all([a, b, c].map(async host => (await add(host, { key: `k${at}` })).id))
      assert.is(new Set(ids.map(placeOf)).size, 1)
      places.add(placeOf(ids[0] ?? ''))
    }
    assert.ok(places.size > 1)
    const failed = await add(b, { fn: 'fail' })
    await a.ask('queue.item', { name: 'mail', id: failed.id, path: 'fleet', waitMs: 60_000 })
    assert.match(await a.ok('queue', 'dead', 'fleet', 'mail'), new RegExp(`${failed.id} .*no post today`))
    assert.match(await a.ok('queue', 'retry', 'fleet', 'mail', failed.id), /1/)
    await a.ask('queue.item', { name: 'mail', id: failed.id, path: 'fleet', waitMs: 60_000 })
    assert.match(await a.ok('queue', 'drop', 'fleet', 'mail', failed.id), /1/)
    assert.match((await a.pod('queue', 'show', 'fleet', 'mail', failed.id)).stderr, /no item|There is no/)
    assert.match(await a.ok('queue', 'pause', 'fleet', 'mail'), /paused/)
    const held = await add(c)
    assert.is((await a.ask('queue.cancel', { name: 'mail', id: held.id, path: 'fleet' })).state, 'canceled')
    await a.ok('queue', 'resume', 'fleet', 'mail')
    const listed = await a.ok('queue', 'fleet', 'mail')
    for (const place of ['a', 'b', 'c']) assert.match(listed, new RegExp(`^${place}\\.mail `, 'm'))
  },
)

withNats('a host that is drained has nothing left, and what was there is up elsewhere before', async () => {
  await a.ask('pod.scale', { name: 'web', scale: 3, path: 'fleet' })
  await upAt(a, 'web', ['a', 'b', 'c'])
  const drained = await a.ok('host', 'drain', 'b')
  assert.match(drained, /Nothing of the fleet is on host "b"/)
  await until(async () => {
    const status = await inFleet(c, 'web')
    return status.status === 'up' && status.runs.length === 3 && !placesOf(status).includes('b')
  }, 'all of it is elsewhere')
  assert.match(await a.ok('fleet', 'uncordon', 'b'), /gets pods again/)
  assert.match(await a.ok('host', 'cordon', 'b'), /no more pods/)
  await a.ok('host', 'uncordon', 'b')
})

withNats('a host that dies loses its pods to others; back again it gives up what is elsewhere', async () => {
  const file = join(a.dir, 'lives')
  writeFileSync(file, '')
  await start(a, 'only', { config: { exclusive: true, on: { tag: 'disk' } }, params: { file } })
  await upAt(a, 'only', ['b'])
  await stop(a, 'only')
  await start(a, 'only', { config: { exclusive: true }, params: { file } })
  const [place = ''] = placesOf(await inFleet(a, 'only'))
  const at = { a, b, c }[place] as TestHost
  const other = at === a ? b : a
  // The host and its fleet pod are gone at once; the pod itself lives on by itself, with nobody to end it.
  const { runs } = await at.status('fleet')
  const [pid] = (await upAt(other, 'only', [place])).runs.map(run => run.pid as number)
  await at.killHost()
  process.kill(runs[0]?.pid as number, 'SIGKILL')
  assert.ok(isAlive(pid as number))
  appendFileSync(file, 'killed\n')
  const moved = await until(async () => {
    const status = await inFleet(other, 'only').catch(() => undefined)
    return status?.status === 'up' && placesOf(status)[0] !== place && status
  }, 'it is up elsewhere')
  assert.ok(isAlive(moved.runs[0]?.pid as number))
  await at.up()
  await until(async () => (await statusOf(other)).hosts.every(({ status }) => status === 'active'), 'the host is back')
  await until(async () => (await inFleet(other, 'web')).status === 'up', 'all is up')
  await until(async () => placesOf(await inFleet(other, 'only')).length === 1, 'it is at one place')
  const lives = readFileSync(file, 'utf8').split('killed\n')[1] ?? ''
  const spans = [...new Set(lives.match(/(?<=begun )\d+/g))].map(one => {
    const times = [...lives.matchAll(new RegExp(`alive ${one} (\\d+)`, 'g'))].map(([, ms]) => Number(ms))
    return { pid: one, first: times[0] ?? 0, last: times.at(-1) ?? 0 }
  })
  assert.ok(spans.length > 0)
  for (const [at, span] of spans.entries())
    assert.not.ok(
      spans.some((next, other) => other > at && next.first < span.last),
      JSON.stringify(spans),
    )
})

/** What a gateway answers for a host name: its own error, if it is one of its own. */
async function get(port: number, { path = '/', body }: { path?: string; body?: Buffer } = {}) {
  const answered = Promise.withResolvers<{ status: number; body: Buffer; error: string | undefined }>()
  const method = body ? 'POST' : 'GET'
  const given = { port, host: '127.0.0.1', path, method, headers: { host: 'far.test' }, agent: false }
  const request = http.request(given, response => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.once('error', answered.reject)
    response.once('end', () => {
      const error = response.headers['x-p8a-error']?.toString()
      answered.resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks), error })
    })
  })
  request.once('error', answered.reject).end(body)
  return await answered.promise
}

let gateway = 0

withNats('a gateway of one host reaches a pod that is on another alone', async () => {
  gateway = await freePort()
  await a.ok('push', 'local', 'gateway', 'p8a:gateway')
  await a.ok('start', 'local', 'gateway', '--listen', `127.0.0.1:${gateway}`)
  assert.is((await get(gateway)).error, 'no_route')
  const file = join(a.dir, 'hangs')
  const code = `import { writeFileSync } from 'node:fs'
export const config = { listen: 'auto', route: 'far.test' }
export const fetch = async request => {
  if (request.url.endsWith('/hang')) {
    writeFileSync(${JSON.stringify(file)}, '')
    await new Promise(() => {})
  }
  return new Response(request.method === 'POST' ? await request.arrayBuffer() : String(process.pid))
}
`
  await a.ask('pod.push', { name: 'far', code, path: 'fleet' })
  await start(a, 'far', { config: { on: { tag: 'disk' } } })
  const [run] = (await upAt(a, 'far', ['b'])).runs
  await until(async () => (await get(gateway)).status === 200, 'it is reached')
  assert.is((await get(gateway)).body.toString(), String(run?.pid))
  // It is told of it a moment after the pod answers.
  await until(async () => /^far\.test\/ +fleet\.far +up$/m.test(await a.ok('routes')), 'its route is shown as up')
  const large = Buffer.alloc(5_000_000, 'p8a ')
  assert.ok((await get(gateway, { body: large })).body.equals(large))
  // What a run had when it died is over; the next one is reached as it comes.
  const lost = get(gateway, { path: '/hang' })
  await until(() => existsSync(file), 'the pod has it')
  process.kill(run?.pid as number, 'SIGKILL')
  assert.equal([(await lost).status, (await lost).error], [502, 'pod_broke_off'])
  const next = await until(async () => {
    const { status, body } = await get(gateway)
    return status === 200 && body.toString()
  }, 'another run is reached')
  assert.is.not(next, String(run?.pid))
})

withNats('while the engine is away all runs on and changes are refused; once it is back all is as before', async () => {
  const before = (await inFleet(a, 'web')).runs.map(({ pid }) => pid)
  await start(a, 'stored', { config: { on: { tag: 'disk' } } })
  const [stored] = (await upAt(a, 'stored', ['b'])).runs
  // Each host knows by what the others have told where they let it in.
  for (const host of [a, c])
    await until(async () => (await inFleet(host, 'stored').catch(() => undefined))?.up === 1, 'it is known there')
  await nats?.kill(0)
  for (const host of [a, b, c]) await until(async () => !(await statusOf(host)).isUp, 'it is known to be away')
  // Hosts call each other without it, whether they have before or not; streams, and pods that call pods, too.
  const called = async (host: TestHost, fn: string, ...args: unknown[]) =>
    (await host.ask('pod.call', { name: 'stored', fn, args, path: 'fleet' })).value
  for (const host of [a, c]) for (let times = 0; times < 20; times++) assert.is(await called(host, 'who'), stored?.pid)
  assert.equal(await called(c, 'count', 3), [0, 1, 2])
  assert.is(((await called(a, 'large', 3_000_000)) as string).length, 3_000_000)
  assert.is((await get(gateway)).status, 200)
  const other = { name: 'web', fn: 'other', args: ['stored', 'who', 0], path: 'fleet.c' }
  assert.is((await c.ask('pod.call', other)).value, stored?.pid)
  const refused = await a.ask('pod.scale', { name: 'web', scale: 2, path: 'fleet' }).then(
    () => undefined,
    error => error,
  )
  assert.is(refused?.code, 'fleet_unavailable')
  assert.is((await inFleet(a, 'web')).runs.length, 3)
  await nats?.start(0)
  await until(async () => (await statusOf(a)).isUp, 'it is back')
  await until(async () => (await statusOf(a)).hosts.every(({ status }) => status === 'active'), 'all hosts are')
  const after = await until(async () => {
    const status = await inFleet(a, 'web')
    return status.status === 'up' && status.runs.map(({ pid }) => pid)
  }, 'all is up')
  assert.equal(after.sort(), before.sort())
  await stop(a, 'stored')
  await a.ask('pod.remove', { name: 'far', force: true, path: 'fleet' })
  await until(async () => (await get(gateway)).error === 'no_route', 'its route is gone with it')
})

withNats('a host leaves once it is drained, and the fleet goes on without it', async () => {
  assert.match((await c.pod('fleet', 'leave')).stderr, /Cannot leave|Move them away|drain c/)
  await a.ok('fleet', 'drain', 'c')
  assert.match(await c.ok('fleet', 'leave'), /"c" has left/)
  await until(async () => (await statusOf(a)).hosts.length === 2, 'it is gone')
  assert.match((await c.pod('fleet', 'status')).stderr, /in no fleet/)
  await until(async () => (await inFleet(b, 'web')).status === 'up', 'what was there is up elsewhere')
})

withNats(
  'a host that is gone for good is forgotten; come back after all, it is a host of the fleet again',
  async () => {
    let key = ''
    for (let at = 0; key === ''; at++) if (placeOf((await add(a, { key: `of-b-${at}` })).id) === 'b') key = `of-b-${at}`
    const later = await add(b, { delayMs: 3_600_000 })
    const { runs } = await b.status('fleet')
    await b.killHost()
    process.kill(runs[0]?.pid as number, 'SIGKILL')
    const isB = ({ name }: { name: string }) => name === 'b'
    await until(async () => (await statusOf(a)).hosts.find(isB)?.status === 'gone', 'it is gone')
    // What it has waits for it, and is given to nobody else.
    const refused = await add(a, { key }).catch(error => error)
    assert.equal([refused.code, /host "b" .* is gone/.test(refused.message)], ['fleet_unavailable', true])
    assert.match(await a.ok('queue', 'fleet', 'mail'), /^b\.mail .*does not answer/m)
    assert.is(placeOf((await add(a)).id), 'a')
    assert.match((await a.pod('queue', 'show', 'fleet', 'mail', later.id)).stderr, /Host "b" is gone/)
    assert.match(await a.ok('fleet', 'forget', 'b'), /Host "b" is forgotten/)
    assert.equal(
      (await statusOf(a)).hosts.map(({ name }) => name),
      ['a'],
    )
    await upAt(a, 'web', ['a', 'a', 'a'])
    await b.up()
    await until(async () => (await statusOf(a)).hosts.find(isB)?.status === 'active', 'it is back')
    // Its queue may come up after that.
    const isThere = async () => (await b.ask('queue.item', { name: 'mail', id: later.id, path: 'fleet' })).state
    await until(async () => (await isThere().catch(() => '')) === 'delayed', 'its item is there again')
    // It ends what it still has, since others have it by now.
    await upAt(a, 'web', ['a', 'a', 'a'])
  },
)

withNats('an engine that was made anew is told by name, and stops nothing', async () => {
  const pids = (await inFleet(a, 'web')).runs.map(({ pid }) => pid as number)
  assert.ok(pids.length > 0)
  await nats?.kill(0)
  await until(async () => !(await statusOf(a)).isUp, 'it is known to be away')
  nats?.forget(0)
  await nats?.start(0)
  await until(async () => /does not know this fleet/.test((await statusOf(a)).problem), 'it is told')
  assert.match((await a.pod('fleet', 'doctor')).stdout, /error: the engine does not know this fleet/)
  assert.ok(pids.every(isAlive))
})

test.run()
