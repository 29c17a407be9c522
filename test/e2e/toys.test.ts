// A gateway and a dashboard that are pods like anyone's, through the deaths of all that is around them: the host, the pod behind,
// themselves. They are the proof that the public API carries such pods.
import { readFileSync } from 'node:fs'
import http from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../free-port.ts'
import { fixture } from '../paths.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('toys')
const host = new TestHost()
let [gatewayPort, dashboardPort, greeterPort] = [0, 0, 0]

test.before(async () => {
  await host.up()
  gatewayPort = await freePort()
  dashboardPort = await freePort()
  greeterPort = await freePort()
})
test.after(() => host.dispose())

type Greeting = { run: string; pid: number; served: number; url: string }

/** Asks the gateway for a page of a host name. */
async function get(name: string, path = '/'): Promise<{ status: number | undefined; text: string }> {
  const options = { port: gatewayPort, host: '127.0.0.1', path, headers: { host: name }, agent: false }
  return await new Promise((resolve, reject) => {
    const request = http.get(options, response => {
      let text = ''
      response.setEncoding('utf8').on('data', chunk => (text += chunk))
      response.once('end', () => resolve({ status: response.statusCode, text }))
      response.once('error', reject)
    })
    request.once('error', reject)
  })
}

async function greeting(path?: string): Promise<Greeting> {
  const { status, text } = await get('hello.example', path)
  assert.is(status, 200, text)
  return JSON.parse(text) as Greeting
}

const dashboard = async (path: string, options: RequestInit = {}) =>
  await fetch(`http://127.0.0.1:${dashboardPort}${path}`, options)

const pidOf = async (name: string) => (await host.status(name)).runs[0]?.pid as number

/** Kills the process of a pod, and waits until another one is up. */
async function kill(name: string): Promise<void> {
  const pid = await pidOf(name)
  process.kill(pid, 'SIGKILL')
  await until(async () => {
    const { status, runs } = await host.status(name)
    return status === 'up' && runs[0]?.pid !== pid
  }, `${name} is back`)
}

test('a gateway and a dashboard use the public API alone, in a hundred lines each', () => {
  for (const name of ['toy-gateway', 'toy-dashboard']) {
    const code = readFileSync(fixture(name), 'utf8')
    const imports = [...code.matchAll(/from '([^']+)'/g)].map(([, module]) => module)
    assert.equal(imports, ['node:http'])
    assert.ok(code.split('\n').length <= 101, name)
  }
})

test('the gateway finds a pod by its label, wakes it by a request, once for all that come, and serves it', async () => {
  await host.push('toy-gateway')
  await host.ok('start', 'local', 'toy-gateway', '--port', String(gatewayPort))
  assert.equal((await get('hello.example')).status, 404)
  await host.push('greeter')
  await host.ok('start', 'local', 'greeter', '--port', String(greeterPort), '--label', 'route=hello.example')
  await host.stop('greeter')
  const first = await Promise.all(Array.from({ length: 5 }, (_, index) => greeting(`/${index}`)))
  assert.equal([...new Set(first.map(({ run }) => run))], ['greeter.2'], 'one start for all of them')
  assert.equal(await host.call('toy-gateway', 'routes'), [{ route: 'hello.example', pod: 'greeter', status: 'up' }])
})

test('the gateway serves on while the host is dead, and finds what has changed when it is back', async () => {
  const before = await greeting()
  await host.killHost()
  assert.is((await greeting()).pid, before.pid)
  await host.up()
  assert.is((await greeting()).pid, before.pid)
  await host.push('greeter', 'second')
  const port = await freePort()
  await host.ok('start', 'local', 'second', '--port', String(port), '--label', 'route=second.example')
  await until(async () => (await get('second.example')).status === 200, 'the new route is there')
  await host.remove('second')
  await until(async () => (await get('second.example')).status === 404, 'the route is gone')
})

test('the gateway serves a pod that was killed as soon as that is back, and so it does when it was killed itself', async () => {
  const before = await greeting()
  await kill('greeter')
  await until(async () => (await get('hello.example')).status === 200, 'it is served again')
  assert.is.not((await greeting()).pid, before.pid)
  await kill('toy-gateway')
  await greeting()
  await host.stop('greeter')
  const woken = await greeting()
  assert.match(woken.run, /^greeter\.\d+$/)
})

test('the gateway answers 502 where the pod cannot be started', async () => {
  await host.push('crash-at-start')
  const start = ['start', 'local', 'crash-at-start', '--give-up', '1', '--label', 'route=broken.example']
  assert.is((await host.pod(...start)).code, 1)
  assert.is((await get('broken.example')).status, 502)
  await host.remove('crash-at-start')
})

test('the dashboard shows all pods and runs as a page, as JSON and as events, and restarts a pod', async () => {
  await host.push('toy-dashboard')
  await host.ok('start', 'local', 'toy-dashboard', '--port', String(dashboardPort))
  const pods = (await (await dashboard('/pods')).json()) as Record<string, { status: string; labels: object }>
  assert.equal(Object.keys(pods).sort(), ['greeter', 'toy-dashboard', 'toy-gateway'])
  assert.equal(pods.greeter?.labels, { route: 'hello.example' })
  assert.match(await (await dashboard('/')).text(), /<td>greeter<td>up<td>/)
  const events = new Events(await dashboard('/events'))
  const before = await pidOf('greeter')
  const restarted = (await (await dashboard('/restart?pod=greeter', { method: 'POST' })).json()) as { status: string }
  assert.is(restarted.status, 'up')
  assert.is.not(await pidOf('greeter'), before)
  await until(() => events.text.includes('event: ended'), 'the end of the old run is told')
  await events.end()
  const refused = await dashboard('/restart?pod=nobody', { method: 'POST' })
  assert.is(refused.status, 404)
  assert.match(await refused.text(), 'There is no pod')
})

test('the dashboard follows the log of a pod', async () => {
  const lines = new Events(await dashboard('/logs?pod=greeter'))
  await greeting('/to-be-logged')
  await until(() => lines.text.includes('served /to-be-logged'), 'the line comes')
  await lines.end()
})

test('the dashboard is true again after a kill of the host, of a pod, and of itself', async () => {
  const events = new Events(await dashboard('/events'))
  await host.killHost()
  assert.match(await (await dashboard('/')).text(), 'greeter<td>up', 'it shows what it knew last')
  await host.up()
  await until(() => events.text.split('event: snapshot').length > 2, 'there is a new snapshot')
  await kill('greeter')
  await until(() => /event: ended\ndata: .*"reason":"killed"/.test(events.text), 'the kill is told')
  await events.end()
  await kill('toy-dashboard')
  const pods = (await (await dashboard('/pods')).json()) as Record<string, { status: string }>
  assert.is(pods.greeter?.status, 'up')
  const response = await dashboard('/restart?pod=greeter', { method: 'POST' })
  assert.is(response.status, 200)
})

/** What comes of an answer that goes on. */
class Events {
  text = ''
  #reader: ReadableStreamDefaultReader<Uint8Array>
  #over: Promise<void>

  constructor({ body }: Response) {
    assert.ok(body)
    this.#reader = (body as ReadableStream<Uint8Array>).getReader()
    this.#over = this.#read()
  }

  async end(): Promise<void> {
    await this.#reader.cancel()
    await this.#over
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder()
    for (;;) {
      const { done, value } = await this.#reader.read()
      if (done) return
      this.text += decoder.decode(value, { stream: true })
    }
  }
}

test.run()
