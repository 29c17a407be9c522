// Every example of etc/examples is pushed and started on a real host by the built command, does what its comment says,
// and is stopped.

import { readdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Stopped } from '../../protocol/words.ts'
import { TestHost } from '../e2e/harness.ts'
import { FakePlatform } from '../fake-platform.ts'
import { freePort } from '../free-port.ts'
import { fixture, root } from '../paths.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'

const test = suite('examples')
const host = new TestHost({ spares: 0 }, { isSteady: true })
const examples = join(root, 'etc/examples')
const tried = new Set<string>()

test.before(() => host.up())
test.after(() => host.dispose())

async function push(file: string, name: string): Promise<void> {
  tried.add(file)
  await host.pushFile(name, join(examples, file))
}

async function start(file: string, name: string, ...args: string[]): Promise<void> {
  await push(file, name)
  await host.ok('start', 'local', name, ...args)
}

async function stop(name: string): Promise<void> {
  const stopped = await host.json<Stopped>('stop', 'local', name)
  assert.equal(
    stopped.ended.map(end => [end.reason, end.signal]),
    [['stopped', 'SIGTERM']],
  )
}

/** The address in a pod's status text. */
async function urlOf(name: string): Promise<string> {
  return await until(
    async () => /http:\/\/[\d.:]+/.exec((await host.status(name)).text)?.[0],
    `${name} tells its address`,
  )
}

test('hello.js greets by name and ticks', async () => {
  await start('hello.js', 'hello', '--name', 'Ann', '--every', '20')
  assert.is((await host.lines('hello'))[0], 'Hello Ann, I am hello.1 in slot 0')
  await until(async () => (await host.lines('hello')).some(line => line.startsWith('[tick]')), 'it ticks')
  assert.is(/\[tick\] \d+/.exec(await host.ok('logs', 'local', 'hello', '--tag', 'tick'))?.[0], '[tick] 1')
  await stop('hello')
})

test('web.ts serves HTTP, answers its health check, shares its port, and cleans up', async () => {
  await start('web.ts', 'web', '--port', '0', '--check-interval', '50')
  const url = await urlOf('web')
  assert.match(await (await fetch(url)).text(), /^Hello from web\.1, process \d+\n$/)
  await until(async () => (await host.status('web')).text === `serving ${url}, 1 requests so far`, 'it was checked')
  assert.is((await host.status('web')).restarts, 0)
  await stop('web')
  assert.is((await host.lines('web')).at(-1), 'Served 1 requests')
  await host.ok('start', 'local', 'web', '--port', new URL(url).port, '--scale', '2')
  const texts = (await host.status('web')).runs.map(run => run.text)
  assert.equal(texts, [`serving ${url}`, `serving ${url}`])
  await host.stop('web')
})

test('web.ts refuses a port that is no number, in one line', async () => {
  const { message } = await host.refused('start', 'local', 'web', '--port', 'x', '--give-up', '1')
  assert.is(message, 'Pod "web" did not come up: Error: --port must be a number')
})

test('fetch.ts answers requests, streams, learns that a client left, and does what was begun before it ends', async () => {
  await start('fetch.ts', 'greet')
  const [port] = (await host.status('greet')).ports as { port: number }[]
  const url = `http://127.0.0.1:${port?.port}`
  assert.equal(await (await fetch(`${url}/Ann`)).json(), { hello: 'Ann', from: 'greet.1' })
  assert.is(await (await fetch(url, { method: 'POST', body: 'text' })).text(), 'text')
  const leaving = new AbortController()
  const reader = (await fetch(`${url}/ticks`, { signal: leaving.signal })).body?.getReader()
  assert.is(new TextDecoder().decode((await reader?.read())?.value), 'data: 1\n\n')
  leaving.abort()
  await until(async () => (await host.lines('greet')).includes('A client left'), 'it knows that its client left')
  await fetch(`${url}/Ben`)
  await stop('greet')
  assert.ok((await host.lines('greet')).includes('Greeted Ben'))
})

test('counter.ts counts and tells the count', async () => {
  await start('counter.ts', 'counter', '--port', '0')
  await until(async () => (await host.lines('counter')).includes('count 3'), 'it counts')
  await stop('counter')
})

test('config.ts ends well and is left at that, or is given up after three attempts', async () => {
  await push('config.ts', 'work')
  await host.pod('start', 'local', 'work')
  const done = await until(async () => {
    const status = await host.status('work')
    return status.status === 'idle' && status.text === 'finished' && status
  }, 'it is through')
  assert.is(done.restarts, 0)
  assert.equal(await host.lines('work'), ['Working at level high'])
  await host.pod('start', 'local', 'work', '--fail', 'yes')
  const failed = await until(async () => {
    const status = await host.status('work')
    return status.status === 'error' && status
  }, 'it is given up')
  assert.is(failed.text, 'exited with code 1; gave up after 3 attempts')
})

test('functions.ts can be called, and calling.ts calls it', async () => {
  await start('functions.ts', 'math')
  assert.is(await host.call('math', 'add', 20, 4), 24)
  assert.is(await host.call('math', 'total', [1, 2, 3]), 6)
  const refused = await host.refused('call', 'local', 'math', 'divide', '1', '0')
  assert.equal([refused.code, refused.message], ['call_failed', 'Cannot divide by 0'])
  await start('calling.ts', 'clerk', '--of', 'math')
  assert.is(await host.call('clerk', 'invoice', 3, 250), 750)
  await stop('clerk')
  await stop('math')
})

test('commands.ts has commands for its shell, which ask, print, and use the host', async () => {
  await start('commands.ts', 'guess')
  const input = 'restarts\nguess 2\n1\n2\n2\n'
  const { stdout } = await host.run(process.execPath, [join(root, 'bin/pod.cjs'), 'shell', 'local', 'guess'], { input })
  assert.match(stdout, /^guess: 0\n/m)
  assert.match(stdout, /\n(More\n)?Yes, after [12]\. Games so far: 1\n/)
  await stop('guess')
})

test('storage.ts goes on counting after a restart', async () => {
  await start('storage.ts', 'tally')
  assert.equal([await host.call('tally', 'next'), await host.call('tally', 'next')], [1, 2])
  await host.restart('tally')
  assert.is(await host.call('tally', 'next'), 3)
  await stop('tally')
})

test('page.jsx renders JSX', async () => {
  await start('page.jsx', 'page')
  assert.is(await host.call('page', 'render', 'Ann'), '<h1 class="big">Hello Ann</h1>')
  await stop('page')
})

test('greetings.ts imports JSON', async () => {
  tried.add('greetings.json')
  await start('greetings.ts', 'greetings', '--language', 'fr')
  assert.equal(await host.lines('greetings'), ['Bonjour'])
  await stop('greetings')
})

test('commonjs.cjs exports a pod, a function and a config', async () => {
  await start('commonjs.cjs', 'old')
  assert.is(await host.call('old', 'platform'), process.platform)
  await stop('old')
})

test('children.js has a child whose output is kept, and which ends with it', async () => {
  await start('children.js', 'parent')
  await until(async () => (await host.lines('parent')).includes('the child speaks'), 'the child has spoken')
  const child = Number((await host.lines('parent')).map(line => /process (\d+)/.exec(line)?.[1]).find(Boolean))
  assert.ok(isAlive(child))
  await host.stop('parent')
  await until(() => !isAlive(child), 'the child is gone')
})

test('limits-host.ts does what the root does, and refuses a pod too many', async () => {
  await start('limits-host.ts', 'limits', '--pods', '1')
  await host.ok('remote', 'add', 'small', `localhost:${host.port}`, '--path', 'small', '--token', host.token)
  assert.match(await host.ok('push', 'small', 'hello', join(examples, 'hello.js')), /hello v1/)
  await host.ok('start', 'small', 'hello')
  const { code, message, hint } = await host.refused('push', 'small', 'more', join(examples, 'hello.js'))
  assert.equal([code, hint], ['unsupported', 'Remove one first'])
  assert.match(message, /there are 1 pods, the limit is 1/)
  await host.ok('remove', 'small', 'hello', '--force')
  const both = await Promise.all(
    ['one', 'two'].map(name => host.pod('push', 'small', name, join(examples, 'hello.js'))),
  )
  assert.equal(both.map(({ code }) => code).sort(), [0, 1], 'two at the same moment do not both find room')
  await host.stop('limits')
})

test('functions-host.ts serves what is pushed into it, and has it after a restart', async () => {
  await start('functions-host.ts', 'functions')
  await host.ok('remote', 'add', 'functions', `localhost:${host.port}`, '--path', 'functions', '--token', host.token)
  const file = join(host.dir, 'greet.js')
  writeFileSync(
    file,
    "export const path = '/greet'; export const handle = url => `Hello ${url.searchParams.get('name')}`\n",
  )
  assert.match(await host.ok('push', 'functions', 'greet', file), /greet is kept/)
  assert.match(await host.ok('start', 'functions', 'greet'), /answers \/greet/)
  assert.is(await (await fetch(`${await urlOf('functions')}/greet?name=Ann`)).text(), 'Hello Ann\n')
  await host.ok('push', 'functions', 'double', file)
  assert.match((await host.refused('start', 'functions', 'double')).message, /cannot answer \/greet: "greet" does/)
  await host.restart('functions')
  assert.match(await host.ok('status', 'functions'), /greet +up/)
  assert.is(await (await fetch(`${await urlOf('functions')}/greet?name=Bob`)).text(), 'Hello Bob\n')
  assert.is((await host.refused('start', 'functions', 'greet')).code, 'pod_running')
  assert.is((await host.refused('remove', 'functions', 'greet')).code, 'pod_running')
  await host.ok('stop', 'functions', 'greet')
  assert.is((await fetch(`${await urlOf('functions')}/greet?name=Bob`)).status, 404)
  assert.is((await host.refused('start', 'functions', 'nothing')).code, 'pod_not_found')
  await host.ok('remove', 'functions', 'greet')
  await host.stop('functions')
})

test('remote-host.ts makes another host a host within this one', async () => {
  const far = new TestHost()
  try {
    await far.up()
    const address = `localhost:${far.port}`
    const keyFile = join(host.dir, 'berlin.key')
    writeFileSync(keyFile, `${far.token}\n`)
    await start('remote-host.ts', 'far', '--name', 'berlin', '--address', address, '--key-file', keyFile)
    await host.ok('remote', 'add', 'berlin', `localhost:${host.port}`, '--path', 'berlin', '--token', host.token)
    await host.ok('push', 'berlin', 'math', join(examples, 'functions.ts'))
    await host.ok('start', 'berlin', 'math', '--scale', '2')
    assert.is((await far.status('math')).up, 2)
    assert.is((await host.ok('call', 'berlin', 'math', 'add', '20', '4')).trim(), '24')
    assert.match(await host.ok('status', 'berlin'), /math +up/)
    assert.match(await host.ok('runs', 'berlin'), /math\.2 /)
    const script = join(host.dir, 'twice.sh')
    writeFileSync(script, '#!/bin/sh\necho "$1 $1"\n')
    await host.ok('push', 'berlin', 'twice', script)
    assert.is(await host.ok('start', 'berlin', 'twice', '--wait', '--', 'there'), 'there there\n')
    assert.is(await host.ok('output', 'berlin', 'twice.1'), 'there there\n')
    const following = host.start('logs', 'berlin', 'math', '--follow')
    let lines = ''
    following.stdout?.on('data', chunk => (lines += chunk))
    await until(() => lines.includes('math.2 * up'), 'its lines are there')
    await host.ok('restart', 'berlin', 'math')
    await until(() => lines.includes('math.4 * up'), 'and those that come')
    following.kill()
    await host.ok('stop', 'berlin', 'math', '--no-wait')
    const stopped = await host.json<Stopped>('stop', 'berlin', 'math')
    assert.is(stopped.status, 'idle')
    await host.ok('remove', 'berlin', 'math', '--force')
    await host.ok('push', 'berlin', 'called', fixture('called'))
    await host.ok('start', 'berlin', 'called')
    const calling = host.start('call', 'berlin', 'called', 'wait')
    const said = (text: string) => async () => (await far.ok('logs', 'local', 'called')).includes(text)
    await until(said('wait began'), 'it is called')
    calling.kill()
    await until(said('wait ended aborted'), 'it knows that nobody waits')
    await host.ok('push', 'berlin', 'guess', join(examples, 'commands.ts'))
    await host.ok('start', 'berlin', 'guess')
    const shell = [join(root, 'bin/pod.cjs'), 'shell', 'berlin', 'guess']
    assert.match((await host.run(process.execPath, shell, { input: 'guess 1\n1\n' })).stdout, 'Yes, after 1')
    await host.stop('far')
  } finally {
    await far.dispose()
  }
})

test('keep-awake.ts wakes a pod that has the label, and no other', async () => {
  await start('keep-awake.ts', 'keep-awake')
  await start('hello.js', 'awake', '--label', 'awake=yes')
  await start('hello.js', 'sleepy')
  await host.stop('sleepy')
  await host.stop('awake')
  await until(async () => (await host.status('awake')).runs[0]?.id === 'awake.2', 'it is up again')
  assert.match((await host.status('keep-awake')).text, '1 kept awake')
  assert.is((await host.status('sleepy')).status, 'idle')
  await stop('keep-awake')
  await host.remove('awake')
})

test('on-call.ts tells of each pod that fails, also of what happened while it was down', async () => {
  await start('on-call.ts', 'on-call')
  const alarms = async () => await host.ok('logs', 'local', 'on-call', '--tag', 'alarm')
  await host.push('crash-at-start', 'bad')
  await host.refused('start', 'bad', '--give-up', 'after 1')
  await until(async () => (await alarms()).includes('bad gave-up'), 'it is told')
  await host.stop('on-call')
  await host.refused('start', 'bad', '--give-up', 'after 1')
  await host.begin('on-call')
  await until(async () => (await alarms()).split('bad gave-up').length === 3, 'it is told of what came meanwhile')
  await stop('on-call')
  await host.remove('bad')
})

test('events.ts sends what others publish, and not what it has brought itself', async () => {
  await start('events.ts', 'bridge', '--topics', 'orders.**')
  await host.push('calling')
  await host.begin('calling')
  await host.call('bridge', 'bring', 'orders.brought', 1)
  await host.call('calling', 'publish', 'orders.paid', { id: 1 })
  const sent = async () => await host.ok('logs', 'local', 'bridge', '--tag', 'sent')
  await until(async () => (await sent()).includes('orders.paid {"id":1} of calling.1'), 'it was sent')
  assert.not.match(await sent(), 'brought')
  await host.remove('calling')
  await stop('bridge')
})

test('tenants-host.ts lets each token see and change its own pods alone', async () => {
  await start('tenants-host.ts', 'tenants')
  const token = (await host.ok('host', 'token', 'add', 'ann', '--path', 'tenants')).trim()
  const at = ['remote', 'add', 'tenants', `localhost:${host.port}`, '--path', 'tenants', '--token']
  await host.ok(...at, token)
  const hello = join(examples, 'hello.js')
  await host.ok('push', 'tenants', 'ann-web', hello)
  assert.match((await host.pod('push', 'tenants', 'bob-web', hello)).stderr, 'not one of ann')
  assert.is(await host.ok('whoami', 'tenants'), 'ann, deploy\n')
  await host.ok('push', 'tenants', 'bob-web', hello, '--token', host.token)
  const seen = await host.ok('status', 'tenants')
  assert.match(seen, 'ann-web')
  assert.not.match(seen, 'bob-web')
  assert.match((await host.pod('stop', 'tenants', 'bob-web')).stderr, 'Yours begin with ann-')
  await stop('tenants')
})

test('paas-host.ts lets the gateway wake the apps of a platform, once, and put them to sleep', async () => {
  await using platform = await FakePlatform.open('shop', 'blog', 'late')
  platform.broken.add('late')
  writeFileSync(join(host.dir, 'key'), platform.key)
  const given = [
    '--api',
    platform.url,
    '--key-file',
    join(host.dir, 'key'),
    '--operation-seconds',
    '3',
    '--look-seconds',
    '1',
  ]
  await start('paas-host.ts', 'paas', ...given)
  const rules = join(host.dir, 'paas.yaml')
  writeFileSync(rules, `rules: [{ pattern: 'paas[.]shop', sleep: 1s }]\n`)
  const port = await freePort()
  await host.ok('push', 'local', 'gateway', 'p8a:gateway')
  await host.ok('start', 'local', 'gateway', '--listen', `127.0.0.1:${port}`, '--rules', rules)
  const get = async (name: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const headers = { host: `${name}.test` }
    const asked = request({ port, host: '127.0.0.1', headers, agent: false }, answer => {
      let body = ''
      answer.setEncoding('utf8').on('data', part => (body += part))
      answer.once('end', () => resolve(`${answer.statusCode} ${answer.headers['x-p8a-error'] ?? body}`))
    })
    asked.once('error', error => reject(new Error(`${name}: ${error.message}`))).end()
    return await promise
  }
  const answers = await Promise.all(Array.from({ length: 20 }, () => get('shop')))
  assert.equal(new Set(answers), new Set(['200 this is shop']))
  assert.equal(platform.scaled, ['shop 1'])
  await until(() => platform.stateOf('shop') === 'stopped', 'it has had nothing to do, and sleeps')
  assert.equal(platform.scaled, ['shop 1', 'shop 0'])
  assert.is(await get('shop'), '200 this is shop')
  assert.is(await get('late'), '502 pod_failed')
  await host.ok('remote', 'add', 'paas', `localhost:${host.port}`, '--path', 'paas', '--token', host.token)
  assert.match((await host.pod('wake', 'paas', 'late')).stderr, 'App "late" is starting, and not running after 3 s')
  await host.ok('start', 'paas', 'blog')
  await host.ok('stop', 'paas', 'blog')
  await until(async () => (await get('blog')) === '503 pod_stopped', 'no request wakes what somebody has stopped')
  assert.match((await host.pod('reload', 'paas', 'blog')).stderr, 'It has no handler "reload"')
  platform.isDown = true
  assert.match((await host.pod('status', 'paas', 'blog')).stderr, 'The platform answers 503 to GET /apps/blog')
  await stop('gateway')
  await stop('paas')
})

test('no example was left out', () => {
  assert.equal([...tried].sort(), readdirSync(examples).sort())
})

test.run()
