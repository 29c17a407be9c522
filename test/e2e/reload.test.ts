// Reloads of real runs, of pods and of services in other languages, while they are called and while their host dies. What a reload
// leads to, event by event: daemon/lifecycle/seat.test.ts.
import { existsSync, writeFileSync } from 'node:fs'
import { Agent, type RequestOptions, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../free-port.ts'
import { needs } from '../needs.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost, withSpares } from './harness.ts'

const test = suite('reload')
const host = new TestHost(withSpares)

test.before(async () => await host.up())
test.after(async () => await host.dispose())

/** A pod that says which version it is, and takes its time to answer. */
function code(version: number, more = ''): string {
  return `export const version = async () => {
  await new Promise(resolve => setTimeout(resolve, 30))
  return ${version}
}
export default async () => {
  ${more}
}
`
}

async function push(name: string, version: number, more?: string): Promise<void> {
  await host.ask('pod.push', { name, code: code(version, more), file: `${name}.js` })
}

test('no call fails while a pod is reloaded and rolled back', async () => {
  await push('web', 1)
  await host.begin('web', { config: { scale: 2 } })
  const client = await host.client()
  const answers: unknown[] = []
  let isOver = false
  const caller = async () => {
    while (!isOver) answers.push((await client.call('pod.call', { name: 'web', fn: 'version' })).value)
  }
  const callers = Promise.all(Array.from({ length: 8 }, caller))
  try {
    await push('web', 2)
    await host.ask('pod.reload', { name: 'web' })
    await until(() => answers.includes(2), 'the new version answers')
    assert.is((await host.ask('pod.rollback', { name: 'web' })).version, 1)
    // What was answered before, on a connection of its own, is read by then.
    await client.call('host.info', {})
    answers.length = 0
    await until(() => answers.length > 10, 'it goes on')
    assert.equal(new Set(answers), new Set([1]))
  } finally {
    isOver = true
    await callers.finally(() => client.close())
  }
})

test('no request fails on a held port while the program behind it is reloaded, also over connections that are kept', async () => {
  const port = await freePort()
  const server = (version: number) =>
    `import { createServer } from 'node:http'
export default () => {
  createServer((_request, response) => setTimeout(() => response.end('${version}'), 25)).listen(${'${port}'})
}
`.replace('${port}', String(port))
  const pushed = (version: number) => host.ask('pod.push', { name: 'site', code: server(version) })
  await pushed(1)
  await host.begin('site', { config: { listen: port, drainTimeout: '10s' } })
  const answers: string[] = []
  let isOver = false
  const agent = new Agent({ keepAlive: true })
  const get = (options: RequestOptions) =>
    new Promise<string>((resolve, reject) => {
      const asked = request({ port, host: '127.0.0.1', ...options }, response => {
        let text = ''
        response.on('data', chunk => (text += chunk)).on('end', () => resolve(text))
      })
      asked.on('error', reject).end()
    })
  const caller = async (options: RequestOptions) => {
    while (!isOver) answers.push(await get(options))
  }
  const callers = Promise.all([...Array.from({ length: 4 }, () => caller({ agent })), caller({ agent: false })])
  try {
    for (const version of [2, 3, 4]) {
      await pushed(version)
      await host.ask('pod.reload', { name: 'site' })
    }
    answers.length = 0
    await until(() => answers.length > 10, 'it goes on')
    assert.equal(new Set(answers), new Set(['4']))
  } finally {
    isOver = true
    await callers.finally(() => agent.destroy())
  }
})

test('a host that dies in the middle leaves both runs as they are, and the next one goes on', async () => {
  await push('slow', 1)
  await host.begin('slow', { config: { readyAfter: '1m' } })
  const before = (await host.status('slow')).runs[0]?.pid as number
  await push('slow', 2, 'await new Promise(resolve => { globalThis.go = resolve })')
  assert.is((await host.ask('pod.reload', { name: 'slow', wait: false })).version, 1)
  const runs = await until(async () => {
    const { runs } = await host.status('slow')
    return runs.length === 2 && runs[1]?.state === 'starting' && runs
  }, 'the new one starts')
  await host.killHost()
  assert.ok(runs.every(({ pid }) => isAlive(pid as number)))
  await host.up()
  const after = await host.status('slow')
  assert.equal(
    after.runs.map(({ pid }) => pid),
    runs.map(({ pid }) => pid),
  )
  assert.is(after.text, 'reloading to v2')
  // Somebody wants it down before it is up.
  await host.stop('slow')
  assert.not(isAlive(before))
  assert.equal((await host.status('slow')).runs, [])
})

test('a service in another language is reloaded, and stays as it was where the new one does not come up', async () => {
  const loop = (word: string) => `#!/bin/sh\ntrap 'exit 0' TERM\necho ${word}\nwhile :; do sleep 0.05; done\n`
  const pushed = (script: string) => host.ask('pod.push', { name: 'loop', code: script, kind: 'service' })
  await pushed(loop('one'))
  // Far longer than a shell takes to end, so that the new run is not taken for up before it does.
  await host.begin('loop', { config: { readyAfter: '3s' } })
  await pushed(loop('two'))
  const status = await host.ask('pod.reload', { name: 'loop' })
  assert.equal([status.version, status.runs.length], [2, 1])
  await pushed('#!/bin/sh\nexit 7\n')
  const failed = await host.refused('reload', 'local', 'loop')
  assert.match(failed.message, 'exited with code 7')
  const isAsItWas = async () => {
    const { version, runs } = await host.status('loop')
    assert.equal([version, runs.length, runs[0]?.pid], [2, 1, status.runs[0]?.pid])
  }
  await isAsItWas()
  await host.killHost()
  await host.up()
  await isAsItWas()
  await host.remove('loop')
})

needs(test, 'linux')(
  'a service in another language that has its socket and a check of it takes the place of the old one once it answers itself, and else never',
  async () => {
    const port = await freePort()
    const folder = join(host.data, 'pods', 'held', 'storage')
    const pushed = (version: string) =>
      host.ask('pod.push', {
        name: 'held',
        kind: 'service',
        code: `#!/usr/bin/env node
const { existsSync } = require('node:fs')
const server = require('node:http').createServer((_, response) => response.end('${version}'))
// That of http closes a connection, too, whose request has not come yet.
process.once('SIGTERM', () => require('node:net').Server.prototype.close.call(server, () => process.exit(0)))
const look = setInterval(() => {
  if (!existsSync('${version}')) return
  clearInterval(look)
  server.listen({ fd: 3 })
}, 10)
`,
      })
    const config = {
      listen: `127.0.0.1:${port}`,
      readyAfter: '10ms',
      startTimeout: '10m',
      check: { http: '/', timeout: '1s' },
    }
    await pushed('one')
    const isUp = host.begin('held', { config })
    await until(() => existsSync(folder), 'it has begun')
    writeFileSync(join(folder, 'one'), '')
    await isUp
    const troubles: string[] = []
    let [answers, isOver, isSwap]: [string[], boolean, boolean] = [[], false, false]
    const asking = (async () => {
      while (!isOver) {
        await fetch(`http://127.0.0.1:${port}`, { headers: { connection: 'close' } }).then(
          async response => void answers.push(await response.text()),
          error => troubles.push(String(error.cause ?? error)),
        )
        // While one takes the place of the other, there is always a request.
        if (!isSwap) await delay(10)
      }
    })()
    try {
      await pushed('two')
      await host.ask('pod.reload', { name: 'held', wait: false })
      const texts = async () => (await host.status('held')).runs.map(({ text }) => text ?? '')
      await until(async () => (await texts()).some(text => text.includes('not by this one yet')), 'it is looked at')
      answers = []
      await until(() => answers.length > 10, 'it goes on')
      assert.equal(new Set(answers), new Set(['one']))
      isSwap = true
      writeFileSync(join(folder, 'two'), '')
      await until(async () => {
        const { version, runs, status } = await host.status('held')
        return version === 2 && runs.length === 1 && status === 'up'
      }, 'it is reloaded')
      isSwap = false
      await pushed('three')
      const quick = { ...config, startTimeout: '300ms' }
      const failed = await host.ask('pod.reload', { name: 'held', config: quick }).catch(error => error)
      assert.match(failed.message, /held/)
      assert.equal([(await host.status('held')).version, (await host.status('held')).status], [2, 'up'])
      answers = []
      await until(() => answers.length > 10, 'it goes on')
      assert.equal([new Set(answers), troubles], [new Set(['two']), []])
    } finally {
      isOver = true
      await asking
    }
    await host.remove('held')
  },
)

test('a version that does not pass the check of its host gets no request, and the one before it goes on', async () => {
  const port = await freePort()
  const config = { listen: `127.0.0.1:${port}`, check: { http: '/ready' }, startTimeout: '1m', readyAfter: '100ms' }
  const forms = {
    fetch: (text: string, ready: string) =>
      `export const fetch = request => new Response('${text}', { status: request.url.endsWith('/ready') && !(${ready}) ? 503 : 200 })`,
    program: (text: string, ready: string) => `import http from 'node:http'
http.createServer((request, response) => {
  response.statusCode = request.url === '/ready' && !(${ready}) ? 503 : 200
  response.end('${text}')
}).listen(process.env.PORT)`,
    // It is up by its first port, long before it listens at that which is checked.
    late: (text: string, ready: string) => `import http from 'node:http'
http.createServer().listen(0)
setTimeout(() => http.createServer((request, response) => {
  response.statusCode = request.url === '/ready' && !(${ready}) ? 503 : 200
  response.end('${text}')
}).listen(process.env.PORT), 200)`,
  }
  for (const [name, version] of Object.entries(forms)) {
    const pushed = async (text: string, ready: string) => {
      const file = join(host.dir, `${name}.mjs`)
      writeFileSync(file, version(text, ready))
      await host.pushFile(name, file)
    }
    await pushed('one', 'true')
    await host.begin(name, { config })
    const seen = new Set<string>()
    let isOver = false
    const asking = (async () => {
      while (!isOver) {
        seen.add(await fetch(`http://127.0.0.1:${port}`).then(answer => answer.text(), String))
        // Requests without a pause take the processor from what they try.
        await delay(5)
      }
    })()
    try {
      await pushed('two', 'false')
      const quick = { ...config, startTimeout: '2s' }
      const failed = await host.ask('pod.reload', { name, config: quick }).catch(error => error)
      assert.match(failed.message, name === 'late' ? /not up in time/ : /not up in time: \/ready answered 503/)
      assert.equal([...seen], ['one'])
      const begun = Date.now()
      await pushed('three', `Date.now() > ${begun + 300}`)
      await host.ask('pod.reload', { name, config })
      assert.ok(Date.now() > begun + 300)
      await until(() => seen.has('three'), 'the next version answers')
    } finally {
      isOver = true
      await asking
    }
    assert.equal([...seen], ['one', 'three'])
    await host.remove(name)
  }
})

test('a run accepts once it is up, also where the check that it was to pass is gone by then', async () => {
  const port = await freePort()
  const listen = `127.0.0.1:${port}`
  const [file, go] = [join(host.dir, 'unchecked.mjs'), join(host.dir, 'go')]
  writeFileSync(
    file,
    `import { existsSync } from 'node:fs'
while (!existsSync('${go}')) await new Promise(resolve => setTimeout(resolve, 10))
export const fetch = () => new Response('in')`,
  )
  await host.pushFile('unchecked', file)
  const begun = host.begin('unchecked', { config: { listen, check: { http: '/', interval: '1h' } } })
  await until(async () => (await host.status('unchecked')).runs[0]?.pid, 'it is begun')
  const reloaded = host.ask('pod.reload', { name: 'unchecked', config: { listen, check: { interval: '1h' } } })
  await until(async () => !(await host.status('unchecked')).config.check?.http, 'no check is to be passed')
  writeFileSync(go, '')
  await Promise.all([begun, reloaded])
  assert.is(await (await fetch(`http://${listen}`)).text(), 'in')
  await host.remove('unchecked')
})

test('a policy that is other leaves the runs as they are, also under the next host; what they were begun with does not', async () => {
  await push('calm', 1)
  await host.begin('calm', { config: { retries: 3 } })
  const run = async () => (await host.status('calm')).runs[0]
  const first = await run()
  const policy = { retries: 7, check: { interval: '1m' }, restart: 'on-failure' as const, drainTimeout: '5s' }
  assert.is((await host.ask('pod.reload', { name: 'calm', config: policy })).runs[0]?.pid, first?.pid)
  const { config } = await host.status('calm')
  assert.equal([config.retries, config.restart, config.check], [7, 'on-failure', { interval: 60_000 }])
  await host.ask('pod.start', { name: 'calm', anew: true, config: { ...policy, retries: 9, labels: { a: 'b' } } })
  assert.is((await run())?.pid, first?.pid)
  await host.killHost()
  await host.up()
  assert.equal([(await host.status('calm')).config.retries, (await run())?.pid], [9, first?.pid])
  await host.ask('pod.reload', { name: 'calm', config: { ...policy, scale: 2 } })
  const pids = (await host.status('calm')).runs.map(({ pid }) => pid)
  assert.equal([pids.length, pids.includes(first?.pid as number)], [2, true])
  await host.ask('pod.reload', { name: 'calm', config: { ...policy, env: { A: '1' } } })
  assert.not(
    (await host.status('calm')).runs.some(({ pid }) => pid === first?.pid),
    'a variable takes a new process',
  )
  // What is the same all over is asked for on purpose.
  const again = await run()
  await host.ask('pod.reload', { name: 'calm', config: { ...policy, env: { A: '1' } } })
  assert.is.not((await run())?.pid, again?.pid)
})

test.run()
