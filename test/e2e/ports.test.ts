// Sockets that are held for pods, with real hosts, keepers and programs. Not here: which sockets are held (daemon/port/ports.test.ts).
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../free-port.ts'
import { needs } from '../needs.ts'
import { isAlive, processesOf } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost, withSpares } from './harness.ts'

const host = new TestHost(withSpares)

/**
 * Answers with its pid, after a moment that leaves others something of the processors; `/own` tells its variables; `/block` makes a
 * file, and lets its event loop hang until there is another; `/wait` ends its answer once there is a third.
 */
const server = `const http = require('http')
http.createServer((request, response) => {
  if (request.url === '/block') {
    const { existsSync, writeFileSync } = require('fs')
    writeFileSync('blocked', '')
    while (!existsSync('go')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
  }
  if (request.url === '/wait') {
    response.write(String(process.pid))
    setInterval(() => require('fs').existsSync('end') && response.end(' to its end'), 20)
    return
  }
  if (request.url === '/own') return response.end(JSON.stringify([process.env.PORT, process.env.PORT_ADMIN]))
  setTimeout(() => response.end(String(process.pid)), 15)
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
async function ask(at: number | string, path = '/', agent: http.Agent | false = false): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const place = typeof at === 'number' ? { port: at, host: '127.0.0.1' } : { socketPath: at }
  const request = http.get({ ...place, path, agent }, response => {
    let text = ''
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    response.once('end', () => resolve(text)).once('error', reject)
  })
  request.once('error', reject)
  return await promise
}

/** As {@link ask}, once its answer has begun. @returns the promise of all of it, not awaited */
async function begun(port: number, path: string): Promise<{ all: Promise<string> }> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const request = http.get({ port, host: '127.0.0.1', path, agent: false }).once('error', reject)
  request.once('response', response => {
    text(response).then(resolve, reject)
  })
  await Promise.race([once(request, 'response'), promise])
  return { all: promise }
}

async function runOf(name: string): Promise<{ id: string; pid: number } | undefined> {
  const { status, runs } = await host.status(name)
  const [run] = runs
  return status === 'up' && run?.pid !== undefined ? { id: run.id, pid: run.pid } : undefined
}

/** Asks again and again until it is told to end. */
function load(port: number, agent: http.Agent | false = false): () => Promise<{ answered: number; codes: string[] }> {
  const codes: string[] = []
  let answered = 0
  let isOver = false
  const work = async () => {
    while (!isOver) {
      await ask(port, '/', agent).then(
        () => answered++,
        error => codes.push(error.code),
      )
    }
  }
  const workers = [work(), work(), work()]
  return async () => {
    isOver = true
    await Promise.all(workers)
    return { answered, codes }
  }
}

test('a program that calls listen gets the socket of its pod, and a port that was chosen stays', async () => {
  await host.pushFile('auto', program('auto.js', server))
  const admin = await freePort()
  await host.ok('start', 'local', 'auto', '--listen', 'auto', '--listen', `admin=127.0.0.1:${admin}`)
  const { ports = [] } = await host.status('auto')
  const [main] = ports as { port: number; address: string }[]
  assert.equal(
    ports.map(({ name }) => name),
    ['main', 'admin'],
  )
  assert.match(
    await host.ok('status', 'local', 'auto'),
    new RegExp(`ports +main \\*:${main?.port}, admin 127.0.0.1:${admin}`),
  )
  const own = JSON.parse(await ask(main?.port as number, '/own'))
  assert.equal(own, [String(main?.port), String(admin)])
  await host.ok('stop', 'local', 'auto')
  const isRefused = async () => (await ask(main?.port as number).catch(error => error.code)) === 'ECONNREFUSED'
  await until(isRefused, 'its socket is closed')
  await host.ok('start', 'local', 'auto', '--listen', 'auto')
  assert.is((await host.status('auto')).ports?.[0]?.address, main?.address)
  await host.ok('remove', 'local', 'auto', '--force')
})

test('no connection is refused while runs are killed, the host is killed, and the pod is restarted', async () => {
  await host.pushFile('web', program('web.js', server))
  const port = await freePort()
  await host.ok('start', 'local', 'web', '--listen', String(port), '--min-uptime', '1ms')
  const end = load(port)
  for (let kills = 0; kills < 3; kills++) {
    const before = await runOf('web')
    process.kill(before?.pid as number, 'SIGKILL')
    await until(async () => ((await runOf('web'))?.id ?? before?.id) !== before?.id, 'another run is up')
  }
  const lasting = await runOf('web')
  await host.killHost()
  assert.is(await ask(port), String(lasting?.pid), 'it is served without a host')
  process.kill(lasting?.pid as number, 'SIGKILL')
  const waiting = ask(port)
  await host.up()
  assert.is.not(await waiting, String(lasting?.pid), 'whoever came meanwhile is served by the next')
  await host.ok('restart', 'local', 'web')
  const { answered, codes } = await end()
  assert.ok(answered > 0)
  assert.equal(
    codes.filter(code => code === 'ECONNREFUSED'),
    [],
  )
  await host.ok('stop', 'local', 'web')
  assert.is(await ask(port).catch(({ code }) => code), 'ECONNREFUSED', 'a stop is done once nobody listens any more')
})

test('a keeper that is killed leaves the sockets to the runs, and to the next one: nobody is refused', async () => {
  await host.pushFile('kept', program('kept.js', server))
  const port = await freePort()
  await host.ok('start', 'local', 'kept', '--listen', String(port))
  const keepers = () => processesOf(host.data).filter(({ command }) => command.startsWith('p8a keeper'))
  const before = keepers().map(({ pid }) => pid)
  const log = () => readFileSync(join(host.data, 'logs/host.log'), 'utf8')
  const held = () => log().match(/"pod":"kept".*"msg":"held"/g)?.length
  assert.is(held(), 1)
  for (const pid of before) process.kill(pid, 'SIGKILL')
  // One that is begun for spares may be up before that.
  await until(() => held() === 2, 'another keeper has them')
  const end = load(port)
  const run = await runOf('kept')
  process.kill(run?.pid as number, 'SIGKILL')
  await until(async () => ((await runOf('kept'))?.id ?? run?.id) !== run?.id, 'another run is up')
  const { codes } = await end()
  assert.equal(
    codes.filter(code => code === 'ECONNREFUSED'),
    [],
  )
  await host.ok('stop', 'local', 'kept')
})

test('where a keeper and the process beside it are killed while a run is blocked, nobody opens its sockets anew, where the run would accept nobody', async () => {
  const host = new TestHost(withSpares)
  mkdirSync(host.data, { recursive: true })
  writeFileSync(join(host.data, 'host.json'), JSON.stringify({ v: 1, id: 'x', settings: { adoptTimeout: 1000 } }))
  try {
    await host.up()
    await host.pushFile('blocked', program('blocked.js', server))
    const port = await freePort()
    await host.ok('start', 'local', 'blocked', '--listen', String(port))
    const storage = join(host.data, 'pods/blocked/storage')
    const keepers = () => processesOf(host.data).filter(({ command }) => command.startsWith('p8a keeper'))
    const before = keepers().map(({ pid }) => pid)
    const guards = () => processesOf(host.data).filter(({ command }) => command.includes('read -r over'))
    await until(() => guards().length > 0, 'there is one beside the keeper')
    const blocked = ask(port, '/block')
    await until(() => existsSync(join(storage, 'blocked')), 'it is blocked')
    // A keeper that has stopped does not begin another one beside it.
    for (const pid of before) process.kill(pid, 'SIGSTOP')
    for (const { pid } of guards()) process.kill(pid, 'SIGKILL')
    for (const pid of before) process.kill(pid, 'SIGKILL')
    const log = () => readFileSync(join(host.data, 'logs/host.log'), 'utf8')
    await until(() => /no keeper holds its sockets/.test(log()), 'it was asked for them, and does not answer')
    writeFileSync(join(storage, 'go'), '')
    const pid = await blocked
    await until(() => keepers().some(({ pid }) => !before.includes(pid)), 'there is another keeper')
    // If there were two sockets, hardly all of so many would find the same one.
    const answers = await Promise.all(Array.from({ length: 40 }, async () => await ask(port)))
    assert.equal([...new Set(answers)], [pid])
  } finally {
    await host.dispose()
  }
})

test('a run that is drained and stopped loses no request, of new connections and of those that are kept', async () => {
  await host.pushFile('drained', program('drained.js', server))
  const port = await freePort()
  await host.ok('start', 'local', 'drained', '--listen', String(port))
  const agent = new http.Agent({ keepAlive: true })
  const ends = [load(port), load(port, agent)]
  for (let stops = 0; stops < 2; stops++) {
    const run = await until(async () => await runOf('drained'), 'it is up')
    await host.ok('stop', 'local', run.id, '--drain', '20s')
  }
  for (const end of ends) {
    const { answered, codes } = await end()
    assert.ok(answered > 0)
    assert.equal(codes, [])
  }
  agent.destroy()
  await host.ok('stop', 'local', 'drained')
})

test('a request under way is answered to its end though its run has been restarted, or is one too many', async () => {
  await host.pushFile('asked', program('asked.js', server))
  const port = await freePort()
  const storage = join(host.data, 'pods/asked/storage')
  const upIn = async (slot: number) =>
    (await host.status('asked')).runs.find(run => run.slot === slot && run.state === 'up')
  const endOf = async (answer: Promise<string>, pid: number) => {
    writeFileSync(join(storage, 'end'), '')
    assert.is(await answer, `${pid} to its end`)
    await until(() => !isAlive(pid), 'it ends then')
    rmSync(join(storage, 'end'))
  }

  await host.ok(
    'start',
    'local',
    'asked',
    '--listen',
    String(port),
    '--drain-timeout',
    '10m',
    '--check-interval',
    '10m',
  )
  const first = (await upIn(0))?.pid as number
  const { all: restarted } = await begun(port, '/wait')
  await host.ok('restart', 'local', 'asked', '--no-wait')
  const next = await until(async () => ((await upIn(0))?.pid !== first ? await upIn(0) : undefined), 'another is up')
  assert.is(await ask(port), String(next.pid), 'who comes meanwhile is served')
  assert.ok(isAlive(first))
  await endOf(restarted, first)

  // It takes no connection, so that the other one does.
  const blocked = ask(port, '/block')
  await until(() => existsSync(join(storage, 'blocked')), 'it is blocked')
  await host.ok('scale', 'local', 'asked', '2')
  const second = (await upIn(1))?.pid as number
  const { all: scaled } = await begun(port, '/wait')
  writeFileSync(join(storage, 'go'), '')
  await blocked
  await host.ok('scale', 'local', 'asked', '1', '--no-wait')
  await until(async () => (await upIn(1)) === undefined, 'it accepts no more')
  assert.is(await ask(port), String(next.pid))
  await endOf(scaled, second)
  await host.ok('stop', 'local', 'asked')
})

needs(test, 'linux')(
  'runs share a port at which they listen by themselves, and nobody shares it with them',
  async () => {
    const port = await freePort()
    await host.pushFile('many', program('many.cjs', server))
    await host.ok('start', 'local', 'many', '--scale', '2', '--env', `PORT=${port}`)
    const pids = new Set<string>()
    await until(async () => pids.add(await ask(port)).size === 2, 'both answer')
    await host.ok('scale', 'local', 'many', '+1')
    await until(async () => pids.add(await ask(port)).size === 3, 'all three answer')
    await host.pushFile('other', program('other.cjs', server))
    const { message } = await host.refused('start', 'local', 'other', '--env', `PORT=${port}`, '--retries', '1')
    assert.match(message, 'EADDRINUSE')
    await host.ok('scale', 'local', 'many', '-2')
    assert.is((await host.status('many')).scale, 1)
    for (const name of ['many', 'other']) await host.ok('stop', 'local', name)
  },
)

test('whoever connects while a pod comes up for the first time waits for it', async () => {
  const port = await freePort()
  const gate = join(host.dir, 'gate')
  const slow = `import { existsSync } from 'node:fs'
while (!existsSync('${gate}')) await new Promise(resolve => setTimeout(resolve, 10))
export const fetch = () => new Response('at last')
`
  await host.ask('pod.push', { name: 'slow', code: slow })
  const starting = host.ok('start', 'local', 'slow', '--listen', String(port))
  await until(async () => ((await host.status('slow')).ports ?? []).length > 0, 'its socket is held')
  const asked = ask(port)
  writeFileSync(gate, '')
  assert.is(await asked, 'at last')
  await starting
  await host.ok('stop', 'local', 'slow')
})

test('a program that binds by itself is left alone, and its status says so', async () => {
  const [held, own] = [await freePort(), await freePort()]
  await host.pushFile('own', program('own.js', server.replace('process.env.PORT)', `${own}, '127.0.0.1')`)))
  await host.ok('start', 'local', 'own', '--listen', String(held))
  assert.is(await ask(own), String((await runOf('own'))?.pid))
  const text = `*:${held} is held for it and not used: it listens at 127.0.0.1:${own} by itself`
  await until(async () => (await host.status('own')).text === text, 'its status says so')
  await host.ok('stop', 'local', 'own')
})

test('a port that is taken is told at once, with whoever has it, and nothing is changed', async () => {
  const port = await freePort()
  const holder = net.createServer().listen(port)
  await host.pushFile('late', program('late.js', server))
  const refused = await host.refused('start', 'local', 'late', '--listen', String(port))
  assert.is(refused.code, 'port_taken')
  assert.match(refused.message, process.platform === 'linux' ? new RegExp(`pid ${process.pid}`) : /has it/)
  assert.is((await host.status('late')).want, 'idle')
  holder.close()
  await host.ok('start', 'local', 'late', '--listen', String(port))
  assert.is((await host.refused('start', 'local', 'web', '--listen', String(port))).code, 'port_taken')
  await host.ok('stop', 'local', 'late')
})

test('a socket has a path, and is given to a run with flags of Node', async () => {
  await host.pushFile('path', program('path.js', server))
  await host.ok('start', 'local', 'path', '--listen', 'unix', '--node-flag', '--no-warnings')
  const [socket] = (await host.status('path')).ports as { path: string }[]
  assert.is(await ask(socket?.path as string), String((await runOf('path'))?.pid))
  await host.ok('stop', 'local', 'path')
  const path = join(host.dir, 'open.sock')
  await host.ok('start', 'local', 'path', '--listen', `unix:${path},mode=666,owner=${process.getuid?.()}`)
  assert.is(statSync(path).mode & 0o777, 0o666)
  assert.is(await ask(path), String((await runOf('path'))?.pid))
  await host.ok('stop', 'local', 'path')
  const refused = await host.refused('start', 'local', 'path', '--listen', `unix:${path},owner=nobody-here`)
  assert.match(refused.message, 'there is no user "nobody-here"')
  assert.is((await host.status('path')).want, 'idle')
})

/** @param not a keeper that is not meant. @returns the keeper that holds the sockets of a pod, once the process beside it has that of its run */
async function keeperBeside(name: string, run: number, not?: number): Promise<number> {
  const socket = readlinkSync(`/proc/${run}/fd/3`)
  const has = (pid: number) => {
    try {
      return readdirSync(`/proc/${pid}/fd`).some(fd => readlinkSync(`/proc/${pid}/fd/${fd}`) === socket)
    } catch {
      // It is just ending.
      return false
    }
  }
  return await until(() => {
    const { pid } = JSON.parse(readFileSync(join(host.data, 'pods', name, 'ports.json'), 'utf8')).keeper
    const guards = processesOf(host.data).filter(({ command }) => command.includes('read -r over'))
    return pid !== not && isAlive(pid) && guards.some(guard => has(guard.pid)) ? (pid as number) : undefined
  }, 'the process beside its keeper has its socket')
}

needs(test, process.platform === 'linux' ? 'python3' : 'linux')(
  'a program in another language takes its socket by LISTEN_FDS; whoever waited is served, also where its keeper is killed',
  async () => {
    const folder = join(host.dir, 'python')
    mkdirSync(folder)
    writeFileSync(
      join(folder, 'app.py'),
      `import os, socket
assert os.environ['LISTEN_FDS'] == '1' and os.environ['LISTEN_PID'] == str(os.getpid())
server = socket.socket(fileno=3)
while True:
    client, _ = server.accept()
    client.recv(1000)
    client.send(b'HTTP/1.0 200 OK\\r\\n\\r\\n%d' % os.getpid())
    client.close()
`,
    )
    const port = await freePort()
    await host.ok('push', 'local', 'python', folder, '--command', 'python3 app.py')
    await host.ok('start', 'local', 'python', '--listen', `127.0.0.1:${port}`)
    const before = await ask(port)
    process.kill(Number(before), 'SIGKILL')
    await until(() => !isAlive(Number(before)), 'it is gone')
    const next = await ask(port)
    assert.is.not(next, before, 'the next one answers whoever waited')
    const lasting = await keeperBeside('python', Number(next))
    process.kill(lasting, 'SIGKILL')
    const heir = await keeperBeside('python', Number(next), lasting)
    assert.is(await ask(port), next, 'it goes on, and still waits in accept')
    process.kill(heir, 'SIGKILL')
    process.kill(Number(next), 'SIGKILL')
    await until(() => !isAlive(Number(next)), 'it is gone, and so is its keeper')
    assert.is.not(await ask(port), next, 'whoever comes then is served')
    await host.ok('stop', 'local', 'python')
  },
)

test.run()
