// Pods that fall asleep and are woken, with real hosts, keepers and programs. Not here: since when nothing goes on in a run
// (shim/still.test.ts), and in what order things may happen (daemon/lifecycle/sleep.test.ts).
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../free-port.ts'
import { needs } from '../needs.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const host = new TestHost()

/** Answers with its pid; `/slow` when it is asked for `/go`. */
const server = `let slow
require('http').createServer((request, response) => {
  if (request.url === '/slow') return void (slow = response).write('so far')
  if (request.url === '/go') slow.end(' and done')
  response.end(String(process.pid))
}).listen(process.env.PORT)
`

test.before(async () => await host.up())
test.after(async () => await host.dispose())

function program(name: string, text: string): string {
  const file = join(host.dir, name)
  writeFileSync(file, text)
  return file
}

/** @throws what the connection fails with */
async function ask(port: number, path = '/'): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const request = http.get({ port, host: '127.0.0.1', path, agent: false }, response => {
    let text = ''
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    response.once('end', () => resolve(text)).once('error', reject)
  })
  request.once('error', reject)
  return await promise
}

async function asleep(name: string): Promise<string> {
  return await until(async () => {
    const { asleepSince, runs } = await host.status(name)
    return runs.length === 0 && asleepSince
  }, `${name} sleeps`)
}

test('a pod on whose port nothing goes on falls asleep, and one start serves all who connect then', async () => {
  const port = await freePort()
  await host.pushFile('web', program('web.js', server))
  await host.ok('start', 'local', 'web', '--listen', String(port), '--sleep', '2s')
  const since = await asleep('web')
  assert.match(await host.ok('status', 'local'), new RegExp(`web +idle .*asleep since ${since}`))
  const pids = await Promise.all(Array.from({ length: 100 }, () => ask(port)))
  assert.is(new Set(pids).size, 1)
  assert.is((await host.status('web')).runs[0]?.id, 'web.2')
  const slow = ask(port, '/slow')
  await until(async () => (await ask(port)) !== '', 'it is asked')
  await host.pushFile('later', program('later.js', server))
  await host.ok('start', 'local', 'later', '--listen', 'unix', '--sleep', '2500ms')
  await asleep('later')
  assert.is((await host.status('web')).status, 'up', 'a stream that is open keeps it awake')
  await ask(port, '/go')
  assert.is(await slow, 'so far and done')
  await asleep('web')
})

test('whoever connects while there is no host is served by the next, and a pod that sleeps goes on sleeping', async () => {
  const port = await freePort()
  await host.pushFile('bed', program('bed.js', server))
  await host.ok('start', 'local', 'bed', '--listen', String(port), '--asleep')
  const since = await asleep('bed')
  await host.killHost()
  await host.up()
  assert.is(await asleep('bed'), since)
  await host.killHost()
  const waiting = ask(port)
  await host.up()
  assert.match(await waiting, /^\d+$/)
  await host.ok('sleep', 'local', 'bed')
  assert.is((await host.status('bed')).status, 'idle')
  assert.match(await ask(port), /^\d+$/)
  await host.ok('sleep', 'local', 'bed')
  await host.ok('wake', 'local', 'bed')
  assert.is((await host.status('bed')).status, 'up')
  await host.ok('sleep', 'local', 'bed')
  await host.ok('stop', 'local', 'bed')
  assert.is(await ask(port).catch(error => error.code), 'ECONNREFUSED')
})

test('a pod that cannot start turns away whoever waits, and is tried again by the next', async () => {
  const port = await freePort()
  const file = join(host.dir, 'works')
  const text = `if (!require('fs').existsSync(${JSON.stringify(file)})) throw new Error('no database')\n${server}`
  await host.pushFile('sick', program('sick.js', text))
  await host.ok('start', 'local', 'sick', '--listen', String(port), '--sleep', '1m', '--retries', '2', '--asleep')
  assert.is(await ask(port).catch(error => error.code), 'ECONNRESET')
  const failed = async () => (await host.status('sick')).status === 'error' && (await host.status('sick'))
  const { restarts } = await until(failed, 'it is in error')
  await until(async () => {
    assert.is(await ask(port).catch(error => error.code), 'ECONNRESET')
    return (await host.status('sick')).restarts > restarts
  }, 'another attempt was made')
  writeFileSync(file, '')
  // Who connects while others are turned away is turned away too.
  await until(async () => /^\d+$/.test(await ask(port).catch(() => '')), 'it works')
})

needs(test, 'python3')(
  'a program in another language falls asleep once nobody is connected, whatever its checks',
  async () => {
    const folder = join(host.dir, 'python')
    mkdirSync(folder)
    const text = `import socket, threading
def serve(client):
    client.recv(1000)
    client.sendall(b'HTTP/1.0 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi')
    client.close()
listener = socket.socket(fileno=3)
while True:
    client, _ = listener.accept()
    threading.Thread(target=serve, args=(client,), daemon=True).start()
`
    writeFileSync(join(folder, 'app.py'), text)
    const port = await freePort()
    await host.ok('push', 'local', 'python', folder, '--command', 'python3 app.py')
    const checked = ['--check-http', '/', '--check-interval', '100ms']
    await host.ok('start', 'local', 'python', '--listen', `127.0.0.1:${port}`, '--sleep', '500ms', ...checked)
    const open = net.connect(port, '127.0.0.1')
    await once(open, 'connect')
    await host.pushFile('later', program('later.js', server))
    await host.ok('start', 'local', 'later', '--listen', 'unix', '--sleep', '600ms')
    await asleep('later')
    assert.is((await host.status('python')).status, 'up', 'one that is open keeps it awake')
    open.destroy()
    await asleep('python')
    assert.is(await ask(port), 'hi')
  },
)

test('a pod that has no port cannot sleep', async () => {
  await host.pushFile('deaf', program('deaf.js', 'export default () => {}'))
  const { stderr, code } = await host.pod('start', 'local', 'deaf', '--sleep', '1m')
  assert.is(code, 1)
  assert.match(stderr, /has sleep, and no port: nothing could wake it/)
  await host.ok('start', 'local', 'deaf', '--sleep', '0')
  assert.match((await host.pod('sleep', 'local', 'deaf')).stderr, /cannot sleep: it has no port/)
})

test('whoever connected last before a pod fell asleep was served, by the old run or by the next', async () => {
  const port = await freePort()
  await host.pushFile('edge', program('edge.js', server))
  await host.ok('start', 'local', 'edge', '--listen', String(port), '--sleep', '20ms')
  const failed: string[] = []
  let asked = 0
  while (asked + failed.length < 40) {
    await ask(port).then(
      () => asked++,
      error => failed.push(error.code),
    )
    // That takes about as long as until it falls asleep.
    await host.status('edge')
  }
  assert.equal([asked, failed], [40, []])
})

test('a call that comes as a pod falls asleep, or still ends, is answered, by the old run or by the next', async () => {
  const nap = `process.on('SIGTERM', () => setTimeout(() => process.exit(), 100))
export const config = { listen: 'auto', sleep: 40 }
export const fetch = () => new Response()
export const who = () => process.pid
`
  const calls = `export default (params, bus, p8a) => { made = p8a }
export const all = async count => {
  const failed = []
  for (let at = 0; at < count; at++) {
    // About as long as until it falls asleep.
    await new Promise(resolve => setTimeout(resolve, 40 + at))
    await made.pod('nap').who().catch(error => failed.push(error.message))
  }
  return failed
}
let made
`
  for (const [name, text] of Object.entries({ nap, calls })) {
    await host.pushFile(name, program(`${name}.mjs`, text))
    await host.ok('start', 'local', name)
  }
  assert.equal((await host.ask('pod.call', { name: 'calls', fn: 'all', args: [10] })).value, [])
  const failed: string[] = []
  for (let at = 0; at < 4; at++) {
    await until(async () => (await host.status('nap')).asleepSince, 'it is to sleep', { everyMs: 5 })
    await host.ask('pod.call', { name: 'nap', fn: 'who', args: [] }).catch(error => failed.push(error.message))
  }
  assert.equal(failed, [])
})

test('runs that come and publish keep no subscriber awake that nobody calls', async () => {
  const hears = `export default (params, bus) => void bus.subscribe('news', () => {})
export const config = { listen: 'auto', sleep: '1s' }
export const fetch = () => new Response()
`
  const says = `export default (params, bus) => bus.publish('news')`
  for (const [name, text] of Object.entries({ hears, says })) {
    await host.pushFile(name, program(`${name}.mjs`, text))
    await host.ok('start', 'local', name)
  }
  const isAsleep = async () => {
    await host.ok('restart', 'local', 'says')
    return (await host.status('hears')).asleepSince
  }
  await until(isAsleep, 'it sleeps', { everyMs: 100 })
})

test.run()
