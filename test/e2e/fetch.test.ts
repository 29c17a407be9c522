// Pods that export `fetch`, on held ports of a real host. What a request and a response may be: fetch/main.test.ts.
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../free-port.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('fetch')
const host = new TestHost()

test.before(async () => await host.up())
test.after(async () => await host.dispose())

/** Tells its version and slot after a moment, which leaves others something of the processors; `/echo` sends back what comes. */
const site = (version: number) => `export const fetch = async (request, { p8a }) => {
  if (request.url.endsWith('/echo')) return new Response(request.body)
  const text = await request.text()
  await new Promise(resolve => setTimeout(resolve, 20))
  return new Response(${version} + ' ' + p8a.slot + text)
}
export const upgrade = (request, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n')
  socket.once('data', data => socket.end(data))
}
`

async function ask(port: number, path = '/', more: http.RequestOptions & { body?: string } = {}): Promise<string> {
  const { body, ...options } = more
  const request = http.request({ port, host: '127.0.0.1', path, ...options })
  request.end(body)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  let text = ''
  for await (const part of response.setEncoding('utf8')) text += part
  return text
}

/** Asks by four callers, two of which keep their connections, until it is told to end. */
function load(port: number) {
  const answers: string[] = []
  let isOver = false
  const agent = new http.Agent({ keepAlive: true })
  const caller = async (options: http.RequestOptions & { body?: string }) => {
    while (!isOver) answers.push(await ask(port, '/', options))
  }
  const posted = { method: 'POST', body: '!' }
  const all = [{ agent }, { agent, ...posted }, { agent: false as const }, { agent: false as const, ...posted }]
  const callers = Promise.all(all.map(caller))
  return {
    answers,
    end: async () => {
      isOver = true
      await callers.finally(() => agent.destroy())
    },
  }
}

/** An upload whose answer is what was sent. */
async function echo(port: number) {
  const request = http.request({ port, host: '127.0.0.1', path: '/echo', method: 'POST' })
  request.write('begun ')
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  let text = ''
  response.setEncoding('utf8').on('data', part => {
    text += part
  })
  return async (last: string) => {
    request.end(last)
    await once(response, 'end')
    return text
  }
}

/** A WebSocket as far as closing goes: what came, once it is over. */
async function webSocket(port: number): Promise<{ told: Promise<Buffer> }> {
  const socket = net.connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await once(socket, 'data')
  const { promise, resolve } = Promise.withResolvers<Buffer>()
  socket.once('data', (frame: Buffer) => {
    socket.end(Uint8Array.of(0x88, 0x82, 0, 0, 0, 0, 0x03, 0xf4))
    resolve(frame)
  })
  return { told: promise }
}

test('no request fails while runs are reloaded; a stream goes on to its end, and a WebSocket is told 1012', async () => {
  const port = await freePort()
  const pushed = (version: number) => host.ask('pod.push', { name: 'site', code: site(version) })
  await pushed(1)
  await host.begin('site', { config: { listen: port, scale: 2, drainTimeout: '15s' } })
  const { answers, end } = load(port)
  await until(() => answers.includes('1 0') && answers.includes('1 1!'), 'both slots answer')
  const finish = await echo(port)
  const { told } = await webSocket(port)
  await pushed(2)
  const reloading = host.ask('pod.reload', { name: 'site' })
  await until(() => answers.at(-1)?.startsWith('2'), 'the new version answers')
  assert.is(await finish('ended'), 'begun ended')
  assert.equal([...(await told)], [0x88, 0x02, 0x03, 0xf4])
  await reloading
  await end()
  assert.ok(answers.every(answer => /^[12] [01]!?$/.test(answer)))
})

test('a pod that exports fetch alone needs a port, and is told how to name one', async () => {
  await host.ask('pod.push', { name: 'none', code: site(1) })
  const { message } = await host.refused('start', 'local', 'none', '--give-up', '1')
  assert.match(message, 'it exports fetch, and has no port: write listen: 8080 in its config')
  await host.ok('remove', 'local', 'none', '--force')
})

test('without a port fetch is a function like any other, and with one it answers HTTP, beside the default export', async () => {
  const code = `let ready = 'no'
export default async () => { ready = 'yes' }
export const fetch = given => typeof given === 'string' ? given + ready : new Response(ready)
export const other = () => 'other'
`
  await host.ask('pod.push', { name: 'both', code })
  await host.begin('both')
  assert.is((await host.ok('call', 'local', 'both', 'fetch', 'a')).trim(), 'ayes')
  await host.stop('both')
  const port = await freePort()
  await host.ok('start', 'local', 'both', '--listen', `127.0.0.1:${port}`)
  assert.is(await ask(port), 'yes')
  assert.is((await host.ok('call', 'local', 'both', 'other')).trim(), 'other')
  const refused = await host.refused('call', 'local', 'both', 'fetch', 'a')
  assert.equal([refused.code, refused.hint], ['function_not_found', `Ask it at 127.0.0.1:${port}`])
  await host.stop('both')
})

test('fetch answers once the default export has resolved, however long that takes, or once a pod with a main loop says that it is up', async () => {
  const port = await freePort()
  const code = (main: string) => `export const config = { listen: ${port}, readyAfter: 100 }
const loops = new Promise(() => {})
let state = 'not there yet'
const tell = () => (state = 'there')
export default ${main}
export const fetch = () => new Response(state)`
  const slow = '() => new Promise(resolve => setTimeout(resolve, 1000)).then(() => void tell())'
  const loop = "(params, bus) => { tell(); bus.emit('status', 'up'); return loops }"
  for (const main of [slow, loop]) {
    await host.ask('pod.push', { name: 'beside', code: code(main) })
    await host.ok('start', 'local', 'beside')
    assert.is(await ask(port), 'there')
    await host.ok('stop', 'local', 'beside')
  }
})

test('a pod whose own server has the port keeps it, whatever it exports', async () => {
  const port = await freePort()
  const code = `import { createServer } from 'node:http'
const own = () => createServer((request, response) => response.end('own')).listen(${port})
export default (params, bus) => {
  if (params.loops === undefined) return void own()
  bus.emit('status', 'up')
  own()
  return new Promise(() => {})
}
export const fetch = () => 'called'
`
  await host.ask('pod.push', { name: 'own', code })
  for (const params of [{}, { loops: '1' }]) {
    await host.begin('own', { config: { listen: port }, params })
    assert.is(await ask(port), 'own')
    assert.is((await host.ok('call', 'local', 'own', 'fetch')).trim(), 'called')
    await host.stop('own')
  }
})

test('a program that exports an app with a member fetch is served where it has a port', async () => {
  const file = join(host.dir, 'app.mjs')
  writeFileSync(
    file,
    `class App { fetch = request => new Response(request.method) }\nconst app = new App()\nexport default app\n`,
  )
  await host.ok('push', 'local', 'app', file)
  const port = await freePort()
  await host.ok('start', 'local', 'app', '--listen', `${port}`)
  assert.is(await ask(port), 'GET')
  await host.stop('app')
})

test('a stop waits for what waitUntil was given', async () => {
  const code = `export const fetch = (request, { waitUntil }) => {
  waitUntil(new Promise(resolve => setTimeout(resolve, 300)).then(() => console.log('done')))
  return new Response('answered')
}`
  await host.ask('pod.push', { name: 'later', code })
  await host.begin('later', { config: { listen: 'auto' } })
  const [port] = (await host.status('later')).ports as { port: number }[]
  assert.is(await ask(port?.port as number), 'answered')
  await host.stop('later')
  assert.equal(await host.lines('later'), ['done'])
})

test.run()
