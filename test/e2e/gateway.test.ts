// The gateway as a pod of a real host: routes as pods come and go, and what becomes of requests while runs, pods and the gateway
// itself end. What it does with a single request is in pods/gateway/gateway.test.ts.
import { writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Count } from '../../pods/gateway/stats.ts'
import { freePort } from '../free-port.ts'
import { needs } from '../needs.ts'
import { TestRedis } from '../redis.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const host = new TestHost()
const redisTest = needs(test, 'redis-server')
let port = 0

/** Answers with its name and pid; `/end` ends it. */
const server = `require('http').createServer((request, response) => {
  if (request.url === '/end') return process.exit(1)
  response.end([process.argv[2], process.pid, request.url].join(' '))
}).listen(process.env.PORT)
`

type Got = { status: number; body: string; error?: string | undefined }

async function get(name: string, path = '/', method = 'GET'): Promise<Got> {
  const { promise, resolve, reject } = Promise.withResolvers<Got>()
  const headers = { host: name }
  const request = http.request({ port, host: '127.0.0.1', path, method, headers, agent: false }, response => {
    let body = ''
    response.setEncoding('utf8').on('data', (part: string) => {
      body += part
    })
    const error = response.headers['x-p8a-error']
    response.once('end', () => resolve({ status: response.statusCode ?? 0, body, error: error?.toString() }))
    response.once('error', reject)
  })
  request.once('error', reject).end()
  return await promise
}

async function begin(name: string, ...options: string[]): Promise<void> {
  const file = join(host.dir, 'server.js')
  writeFileSync(file, server)
  await host.pushFile(name, file)
  await host.ok('start', 'local', name, '--listen', 'unix', ...options, '--', name)
}

test.before(async () => {
  await host.up()
  port = await freePort()
  await host.ok('push', 'local', 'gateway', 'p8a:gateway')
  await host.ok('start', 'local', 'gateway', '--listen', `127.0.0.1:${port}`)
})
test.after(async () => await host.dispose())

test('a pod is reached by its route once it is up, and is gone with it; a route belongs to one pod', async () => {
  assert.equal((await get('web.test')).error, 'no_route')
  await begin('web', '--route', 'web.test', '--route', 'other.test/web')
  await until(async () => (await get('web.test')).status === 200, 'it is reached')
  assert.match((await get('other.test', '/web/x')).body, /^web \d+ \/web\/x$/)
  assert.match(await host.ok('routes'), /^other\.test\/web +web +up\nweb\.test\/ +web +up\n$/)
  const refused = await host.refused('start', 'local', 'web', '--route', 'not a route')
  assert.is(refused.code, 'bad_config')
  await host.pushFile('second', join(host.dir, 'server.js'))
  const portless = await host.refused('start', 'local', 'second', '--route', 'second.test')
  assert.is(portless.code, 'bad_config')
  assert.match(portless.message, /pod "second" has a route, and no port/)
  const taken = await host.refused('start', 'local', 'second', '--listen', 'unix', '--route', 'WEB.test')
  assert.is(taken.code, 'route_taken')
  assert.match(taken.message, /pod "web" has the route web\.test/)
  await host.ok('stop', 'local', 'web')
  await until(async () => (await get('web.test')).error === 'pod_stopped', 'it is stopped')
  await host.ok('start', 'local', 'second', '--listen', 'unix', '--route', 'web.test', '--', 'second')
  await until(async () => (await get('web.test')).body.startsWith('second'), 'the other one has the route')
  assert.match(await host.ok('gateway', 'status'), /^1 run, [\s\S]*\nweb +\d+ .* pod_stopped \d/)
  await host.ok('remove', 'local', 'second', '--force')
  await host.ok('remove', 'local', 'web', '--force')
  await until(async () => (await get('web.test')).error === 'no_route', 'it is gone')
})

test('the log of a pod that exports fetch has the ids of requests that came through the gateway', async () => {
  const code = `let host
export default (params, bus, p8a) => { host = p8a }
export const fetch = async request => {
  await request.text()
  host.log('asked', new URL(request.url).pathname)
  if (request.url.endsWith('/fail')) throw new Error('it cannot')
  return new Response(request.headers.get('x-request-id'))
}`
  await host.ask('pod.push', { name: 'known', code })
  await host.ok('start', 'local', 'known', '--listen', 'unix', '--route', 'known.test')
  await until(async () => (await get('known.test')).status === 200, 'it is reached')
  const { body: id } = await get('known.test', '/x')
  assert.is((await get('known.test', '/fail')).status, 500)
  const lines = await host.lines('known')
  assert.ok(lines.includes(`[asked] (${id}) /x`), lines.join('\n'))
  assert.ok(lines.some(line => /^p8a: fetch threw at GET \/fail \([\w-]+\): Error: it cannot$/.test(line)))
  await host.ok('remove', 'local', 'known', '--force')
})

test('requests wait while a run is followed by another, and none fails over reloads of the pod and of the gateway', async () => {
  await begin('steady', '--route', 'steady.test')
  await until(async () => (await get('steady.test')).status === 200, 'it is reached')
  const statuses = new Map<number, number>()
  let isOver = false
  const work = async () => {
    while (!isOver) {
      const { status } = await get('steady.test')
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      // Others on this machine have something to do too.
      await delay(10)
    }
  }
  const workers = [work(), work(), work()]
  await host.ok('reload', 'local', 'steady')
  await host.ok('reload', 'local', 'gateway')
  await host.ok('reload', 'local', 'steady')
  isOver = true
  await Promise.all(workers)
  assert.equal([...statuses.keys()], [200])
  await pausedOverRestart()
  assert.equal((await get('steady.test', '/end')).error, 'pod_broke_off')
  assert.is((await get('steady.test')).status, 200)
  await host.ok('remove', 'local', 'steady', '--force')
})

/** Of a gateway with two runs at one port, each holds what is paused through the other one. */
async function pausedOverRestart(): Promise<void> {
  await host.ok('scale', 'local', 'gateway', '2')
  // While its runs are replaced, one that is asked may be about to end.
  const counted = async () => (await host.pod('gateway', 'status')).stdout
  assert.match((await host.pod('pause', 'none')).stderr, /There is no pod or group "none"/)
  assert.is(await host.ok('pause', 'steady'), 'steady is paused\n')
  const held = [1, 2, 3, 4].map(async () => await get('steady.test'))
  await until(async () => /\nsteady .* 4 +-/.test(await counted()), 'all wait')
  const reloaded = host.ok('reload', 'local', 'gateway', '--width', '2')
  await until(async () => /^2 runs(?![\s\S]*steady)/.test(await counted()), 'other runs are asked')
  // One that was about to leave may have taken a connection still.
  const isHeld = async () => {
    held.push(get('steady.test'))
    return /\nsteady .* [1-9]\d* +-/.test(await counted())
  }
  await until(isHeld, 'they hold it too')
  assert.is(await host.ok('resume', 'steady'), 'steady is resumed\n')
  for (const { status } of await Promise.all(held)) assert.is(status, 200)
  await reloaded
  await host.ok('scale', 'local', 'gateway', '1')
}

test('a pod that cannot be started is told once to each that waits, and then when to come again', async () => {
  const file = join(host.dir, 'broken.js')
  writeFileSync(file, "setTimeout(() => { throw new Error('secret') }, 50)\nrequire('net')")
  await host.pushFile('broken', file)
  await host.refused('start', 'local', 'broken', '--listen', 'unix', '--route', 'broken.test')
  await until(async () => (await get('broken.test')).error === 'pod_down', 'it waits for its next attempt')
  assert.not.match((await get('broken.test')).body, /secret/)
  await host.ok('remove', 'local', 'broken', '--force')
})

test('a group shares requests and calls among its pods', async () => {
  const caller = join(host.dir, 'caller.js')
  writeFileSync(
    caller,
    "let at\nexport default (_, __, p8a) => { at = p8a }\nexport const ask = key => at.pod('both', { key }).me()\n",
  )
  await host.pushFile('caller', caller)
  await host.ok('start', 'local', 'caller')
  for (const name of ['first', 'next']) {
    const file = join(host.dir, `${name}.js`)
    const listen = "require('http').createServer((_, answer) => answer.end(name)).listen(process.env.PORT)"
    writeFileSync(file, `const name = '${name}'\nexports.default = () => { ${listen} }\nexports.me = () => name\n`)
    await host.pushFile(name, file)
    await host.ok('start', 'local', name, '--listen', 'unix')
  }
  await host.ok('group', 'set', 'both', 'first=1', 'next=0', '--route', 'both.test')
  await until(async () => (await get('both.test')).body === 'first', 'the group is reached')
  assert.is(await host.ok('call', 'local', 'caller', 'ask'), 'first\n')
  await host.ok('group', 'set', 'both', 'first=1', 'next=1', '--route', 'both.test')
  const asked = async (key: string) => await host.ok('call', 'local', 'caller', 'ask', `"${key}"`)
  const keys = ['ann', 'bob', 'cid', 'dan', 'eve', 'flo']
  await until(async () => new Set(await Promise.all(keys.map(asked))).size === 2, 'both have keys')
  const owners = await Promise.all(keys.map(asked))
  for (let count = 0; count < 3; count += 1) assert.equal(await Promise.all(keys.map(asked)), owners)
  await host.ok('group', 'set', 'both', 'first=0', 'next=1', '--route', 'both.test')
  await until(async () => (await get('both.test')).body === 'next', 'other weights count')
  await until(async () => (await host.ok('call', 'local', 'caller', 'ask')) === 'next\n', 'for calls, too')
  assert.is(await host.ok('call', 'local', 'both', 'me'), 'next\n')
  assert.match(await host.ok('routes'), /^both\.test\/ +both +first=0 next=1\n/)
  await host.pushFile('portless', join(host.dir, 'next.js'))
  await host.ok('start', 'local', 'portless', '--env', 'PORT=0')
  await host.ok('group', 'set', 'both', 'next=1', 'portless=99', '--route', 'both.test')
  await until(async () => / both +next=1 portless=99 \(it has no port\)\n/.test(await host.ok('routes')), 'it is said')
  assert.match(await host.ok('group', 'list'), /both +portless +99 +99 % +up, no port/)
  for (let count = 0; count < 10; count += 1) assert.is((await get('both.test')).body, 'next')
  await host.ok('group', 'set', 'both', 'first=0', 'next=1', '--route', 'both.test')
  await host.ok('stop', 'local', 'next')
  await until(async () => (await get('both.test')).error === 'pod_down', 'a member that is down takes none')
  await host.ok('group', 'remove', 'both')
  for (const name of ['first', 'next', 'portless', 'caller']) await host.ok('remove', 'local', name, '--force')
})

test('rules give pods routes and hooks; a request does not wake for a quiet client, nor past a hook that fails', async () => {
  const rules = join(host.dir, 'rules.yaml')
  const write = (hook: string) => {
    const hooks = `hooks: [{ on: before-start, pod: ruled-.*, command: ${hook} }]`
    writeFileSync(
      rules,
      `rules: [{ pattern: ruled-(.*), route: $1.ruled.test }]\nquiet: { paths: [/health] }\n${hooks}\n`,
    )
  }
  write('exit 1')
  await host.ok('stop', 'local', 'gateway')
  await host.ok('start', 'local', 'gateway', '--listen', `127.0.0.1:${port}`, '--rules', rules)
  await begin('ruled-a')
  await until(async () => (await get('a.ruled.test')).status === 200, 'it is reached')
  await host.ok('sleep', 'local', 'ruled-a')
  await until(async () => (await get('a.ruled.test', '/health')).error === 'asleep', 'it is not woken')
  const failed = await get('a.ruled.test')
  assert.equal([failed.status, failed.error], [502, 'pod_failed'])
  write('"true"')
  await until(async () => (await get('a.ruled.test')).status === 200, 'other rules are in force')
  writeFileSync(rules, 'rules: {}\n')
  await until(async () => (await host.ok('gateway', 'status')).startsWith('The rules are broken'), 'it is said')
  assert.is((await get('a.ruled.test')).status, 200)
  writeFileSync(rules, 'rules: [{ pattern: ruled-.*, route: same.test }]\n')
  await begin('ruled-b')
  const clash = 'By the rules, pod ruled-b does not get the route same.test: ruled-a has it\n'
  await until(async () => (await host.ok('gateway', 'status')).startsWith(clash), 'two cannot have one route')
  assert.match(await host.ok('routes'), /same\.test\/ +ruled-b +up, but ruled-a has this route\n/)
  assert.match((await get('same.test')).body, /^ruled-a /)
  await host.ok('remove', 'local', 'ruled-b', '--force')
  await host.ok('remove', 'local', 'ruled-a', '--force')
})

test('four runs at one port share what comes, wake a pod once, and refuse nobody while one of them is killed', async () => {
  await host.ok('scale', 'local', 'gateway', '4')
  await begin('shared', '--route', 'shared.test')
  await until(async () => (await get('shared.test')).status === 200, 'it is reached')
  const runs = async () => {
    const { runs } = JSON.parse(await host.ok('status', 'local', 'gateway', '--json')) as {
      runs: { id: string; pid: number; state: string }[]
    }
    return runs.filter(({ state }) => state === 'up')
  }
  const counted = async (id: string) =>
    (JSON.parse(await host.ok('call', 'local', id, 'count')) as Count).pods.shared?.requests ?? 0
  const ask = async (count: number) =>
    await Promise.all(Array.from({ length: count }, async () => await get('shared.test')))
  const up = await runs()
  assert.is(up.length, 4)
  await until(async () => {
    assert.ok((await ask(40)).every(({ status }) => status === 200))
    return (await Promise.all(up.map(async ({ id }) => await counted(id)))).every(count => count > 0)
  }, 'each has had some')
  assert.match(await host.ok('gateway', 'status'), /^4 runs, /)
  await host.ok('sleep', 'local', 'shared')
  const woken = await ask(200)
  assert.equal([...new Set(woken.map(({ status, body }) => `${status} ${body.split(' ')[1]}`))].length, 1, 'one start')
  const [first] = up
  process.kill(first?.pid as number, 'SIGKILL')
  await until(async () => !(await runs()).some(({ id }) => id === first?.id), 'it is gone')
  assert.ok((await ask(100)).every(({ status }) => status === 200))
  await until(async () => (await runs()).length === 4, 'another one takes its place')
  await host.ok('scale', 'local', 'gateway', '1')
  await host.ok('remove', 'local', 'shared', '--force')
})

/** Long enough to see a pod that is put to sleep too early: many times what its rule says. */
const looks = 15

redisTest(
  'while Redis is away, what is awake is served, what sleeps is woken, and nothing is put to sleep',
  async () => {
    await using redis = await TestRedis.open()
    const rules = join(host.dir, 'sleepy.yaml')
    writeFileSync(rules, 'rules: [{ pattern: sleepy, sleep: 100ms }]\n')
    await host.ok('stop', 'local', 'gateway')
    const shared = ['--registry', redis.url, '--rules', rules]
    await host.ok('start', 'local', 'gateway', '--listen', `127.0.0.1:${port}`, ...shared)
    await begin('sleepy', '--route', 'sleepy.test')
    await begin('awake', '--route', 'awake.test')
    const state = async (name: string) =>
      (JSON.parse(await host.ok('status', 'local', name, '--json')) as { status: string }).status
    await until(async () => (await state('sleepy')) === 'idle', 'it is put to sleep')
    await redis.kill()
    assert.is((await get('sleepy.test')).status, 200, 'it is woken')
    await until(async () => /nothing is put to sleep/.test(await host.ok('logs', 'local', 'gateway')), 'it is said')
    for (let look = 0; look < looks; look += 1) {
      assert.equal([(await get('awake.test')).status, await state('sleepy')], [200, 'up'])
    }
    await redis.start()
    await until(async () => (await state('sleepy')) === 'idle', 'it is put to sleep again')
    assert.is((await get('sleepy.test')).status, 200)
    for (const name of ['sleepy', 'awake']) await host.ok('remove', 'local', name, '--force')
  },
)

test.run()
