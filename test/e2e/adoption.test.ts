// The central promise: pods outlive their host. The host is killed with SIGKILL in every state a pod can be in, and the
// next one makes of it what the first would have. Not tested here: a kill at each single step (points-*.test.ts).
import { once } from 'node:events'
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { PodStatus } from '../../protocol/words.ts'
import { fixture } from '../paths.ts'
import { isAlive, processesOf } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost, withSpares } from './harness.ts'

const test = suite('adoption')
const host = new TestHost(withSpares)

test.before(() => host.up())
test.after(() => host.dispose())

const pidsOf = (status: PodStatus) => status.runs.map(run => run.pid)
const desiredFile = (name: string) => join(host.data, 'pods', name, 'pod.json')

function readDesired(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(desiredFile(name), 'utf8'))
}

/** Edits as an editor does: writes the whole file anew. */
function edit(name: string, change: Record<string, unknown>): void {
  writeFileSync(desiredFile(name), JSON.stringify({ ...readDesired(name), ...change }))
}

test('a killed host leaves its pods counting, and the next one has the same pids, counts and statuses', async () => {
  await host.push('counting')
  await host.push('forever', 'idle-one')
  await host.begin('counting', { config: { scale: 3 } })
  process.kill((await host.status('counting')).runs[1]?.pid as number, 'SIGKILL')
  const before = await until(async () => {
    const status = await host.status('counting')
    return status.up === 3 && status.restarts === 1 && status
  }, 'three are up again')
  await host.killHost()
  await host.up()
  const after = await host.status('counting')
  assert.equal(pidsOf(after), pidsOf(before))
  assert.equal([after.status, after.up, after.restarts], ['up', 3, 1])
  assert.is((await host.status('idle-one')).status, 'idle')
  assert.is(
    processesOf(host.data).filter(({ command }) => command.includes('pod counting')).length,
    3,
    'nothing runs twice',
  )
})

test('an answer that a pod is giving on a port of its own goes on while its host is killed and replaced', async () => {
  const code = `
    import { createServer } from 'node:http'
    export default async () => {
      const server = createServer((request, response) => {
        let part = 0
        const timer = setInterval(() => response.write(\`part \${++part}\\n\`), 20)
        request.on('end', () => { clearInterval(timer); response.end('the end') }).resume()
      })
      await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
      port = server.address().port
    }
    let port
    export const where = () => port`
  const client = await host.client()
  await client.call('pod.push', { name: 'serving', code })
  await client.call('pod.start', { name: 'serving' })
  client.close()
  const request = http
    .request({ port: Number(await host.call('serving', 'where')), method: 'POST' })
    .on('error', () => {})
  request.flushHeaders()
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  let text = ''
  response.setEncoding('utf8').on('data', chunk => (text += chunk))
  const hasMore = async () => {
    const length = text.length
    await until(() => text.length > length, 'more of it comes')
  }
  await hasMore()
  await host.killHost()
  await hasMore()
  await host.up()
  await hasMore()
  request.end()
  await once(response, 'end')
  const parts = text.split('\n')
  assert.is(parts.pop(), 'the end')
  assert.equal(
    parts,
    Array.from({ length: parts.length }, (_, index) => `part ${index + 1}`),
  )
  await host.remove('serving')
})

test('no log line is missing from the time without a host', async () => {
  const numbers = async () => {
    const out = await host.ok(
      'logs',
      'local',
      'counting',
      '--run',
      (await host.status('counting')).runs[0]?.id ?? '',
      '--json',
    )
    const texts = out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
      .filter(entry => entry.source === 'stdout')
    return texts.map(entry => Number(entry.text.replace('count ', '')))
  }
  const before = (await numbers()).length
  await host.killHost()
  const file = join(host.data, 'logs/counting/1.log')
  await until(() => readFileSync(file, 'utf8').trim().split('\n').length > before + 5, 'it went on counting')
  await host.up()
  const counted = await numbers()
  assert.equal(
    counted,
    counted.map((_, index) => index + 1),
  )
})

test('a pod that dies while no host looks is restarted by the next one, with its end known', async () => {
  await host.push('puppet')
  await host.begin('puppet', { config: { scale: 2 } })
  const before = await host.status('puppet')
  await host.call('puppet.1', 'block', 700)
  await host.killHost()
  const [first, second] = pidsOf(before) as [number, number]
  process.kill(second, 'SIGKILL')
  await until(() => !isAlive(second), 'it is dead')
  await host.up()
  const after = await until(async () => {
    const status = await host.status('puppet')
    return status.up === 2 && status
  }, 'both are up')
  assert.is(pidsOf(after)[0], first, 'the one with a blocked loop was left alone: silence is not death')
  assert.is.not(pidsOf(after)[1], second)
  assert.is(after.restarts, 1)
  const { runs } = await host.ask('pod.runs', { name: 'puppet' })
  const vanished = runs.find(run => run.pid === second)
  assert.equal([vanished?.state, vanished?.end?.reason], ['lost', 'lost'], 'nobody saw it end')
  await host.stop('puppet')
})

test('the exit code of a pod that ended by itself while no host looked is known', async () => {
  await host.begin('puppet', { config: { restart: 'never' } })
  await host.call('puppet', 'later', null, 1)
  const { pid } = (await host.status('puppet')).runs[0] as { pid: number }
  const client = await host.client()
  process.kill(host.pid, 'SIGSTOP')
  const frozen = client.call('pod.call', { name: 'puppet', fn: 'exit', args: [7] }).catch(() => {})
  process.kill(host.pid, 'SIGCONT')
  await frozen
  await host.killHost()
  await until(() => !isAlive(pid), 'it ended')
  client.close()
  await host.up()
  const status = await until(async () => {
    const now = await host.status('puppet')
    return now.status === 'error' && now
  }, 'it is over')
  assert.is(status.cause?.text, 'exited with code 7')
})

test('a host killed while a pod starts, waits for its next attempt, or stops, leaves no trace of it', async () => {
  await host.push('looping', 'starting')
  await host.push('stubborn', 'stopping')
  await host.push('crash-at-start', 'backing-off')
  await host.ok('start', 'local', 'stopping', '--stop-timeout', '3s')
  await host.ok('start', 'local', 'starting', '--ready-after', '2s', '--no-wait')
  await host.ok('start', 'local', 'backing-off', '--give-up', 'never', '--no-wait')
  const [starting] = await until(async () => {
    const { runs } = await host.status('starting')
    return runs[0]?.pid !== undefined && runs
  }, 'its process has begun')
  await until(async () => (await host.status('backing-off')).restarts >= 3, 'it has failed a few times')
  await host.ok('stop', 'local', 'stopping', '--no-wait')
  const before = await host.status('backing-off')
  await host.killHost()
  await host.up()
  const after = await host.status('backing-off')
  assert.ok(after.restarts >= before.restarts && after.restarts <= before.restarts + 2, 'its attempts are counted on')
  assert.is((await host.status('starting')).runs[0]?.pid, starting?.pid)
  await until(async () => (await host.status('starting')).status === 'up', 'what was starting is up')
  assert.is((await host.status('starting')).restarts, 0)
  await until(async () => (await host.status('stopping')).status === 'idle', 'what was stopping has stopped')
  assert.is(processesOf(host.data).filter(({ command }) => command.includes('pod stopping')).length, 0)
  await host.remove('backing-off')
  await host.remove('starting')
})

test('after a reboot what was up is started again with its params, and nothing of before is signalled', async () => {
  await host.push('puppet', 'rebooted')
  await host.begin('rebooted', { params: { value: '24' } })
  const [run] = (await host.status('rebooted')).runs
  await host.killHost()
  process.kill(run?.pid as number, 'SIGKILL')
  // A record of another boot, whose pid some innocent process has now.
  const file = join(host.data, 'pods/rebooted/runs/1.json')
  const record = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...record, boot: 'another-boot', pid: process.pid }))
  await host.up()
  const status = await until(async () => {
    const now = await host.status('rebooted')
    return now.status === 'up' && now
  }, 'it is up again')
  assert.equal([status.params, status.restarts, status.runs[0]?.id], [{ value: '24' }, 0, 'rebooted.2'])
  const { runs } = await host.json<{ runs: { state: string; end?: { message?: string } }[] }>(
    'runs',
    'local',
    'rebooted',
  )
  assert.equal([runs[1]?.state, runs[1]?.end?.message], ['lost', 'the machine went down'])
})

test('a recycled pid is never signalled', async () => {
  const [run] = (await host.status('rebooted')).runs
  await host.killHost()
  process.kill(run?.pid as number, 'SIGKILL')
  const bystander = host.start('logs', 'local', '--follow')
  const file = join(host.data, 'pods/rebooted/runs/2.json')
  const record = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...record, pid: process.pid }))
  await host.up()
  await until(async () => (await host.status('rebooted')).runs[0]?.id === 'rebooted.3', 'a new run took its place')
  await host.remove('rebooted')
  bystander.kill()
})

test('two hosts on one data directory: one wins, the other says who holds it', async () => {
  const second = await host.refused('host', 'start', '--port', '0')
  assert.equal([second.code, second.exit], ['host_running', 1])
  assert.match(second.message, String(host.pid))
})

test('a data directory that is replaced by a copy under the live host is taken up by it, and every run is kept', async () => {
  await host.push('forever', 'kept')
  await host.begin('kept', { config: { scale: 2 } })
  const pidsOf = async () => (await host.status('kept')).runs.map(({ pid }) => pid)
  const pids = await pidsOf()
  const [copy, old] = [`${host.data}.copy`, `${host.data}.old`]
  cpSync(host.data, copy, { recursive: true, filter: file => !lstatSync(file).isSocket() })
  renameSync(host.data, old)
  renameSync(copy, host.data)
  // Until it looks, it answers over its port as before. Its log may have found its new place first.
  const said = () => [old, host.data].map(folder => readFileSync(join(folder, 'logs/host.log'), 'utf8')).join('')
  await until(() => /another directory is in the place/.test(said()), 'the host has seen it')
  const found = async () => await host.status('kept').catch(() => undefined)
  await until(async () => (await found())?.status === 'up', 'the host is found again, and its runs are linked')
  assert.equal(await pidsOf(), pids)
  assert.is((await host.refused('host', 'start', '--port', '0')).code, 'host_running')
  assert.is((await host.ask('host.info', {})).pid, host.pid)
  rmSync(old, { recursive: true })
  await host.remove('kept')
})

test('a host that is started while its sockets are left from a killed one takes them over', async () => {
  await host.killHost()
  assert.ok(existsSync(join(host.data, 'host.sock')))
  await host.up()
})

test('sockets that are removed under a live host are made again', async () => {
  await host.push('forever', 'late')
  for (const file of ['host.sock', 'link.sock']) rmSync(join(host.data, file))
  await until(
    () => existsSync(join(host.data, 'host.sock')) && existsSync(join(host.data, 'link.sock')),
    'they are back',
  )
  await host.begin('late')
  await host.stop('late')
})

test('what a person edits in pod.json is reconciled: scale, params, idle', async () => {
  await host.push('puppet', 'edited')
  await host.begin('edited')
  const [run] = (await host.status('edited')).runs
  edit('edited', { scale: 3 })
  const wide = await until(async () => {
    const status = await host.status('edited')
    return status.up === 3 && status
  }, 'three are up')
  assert.is(wide.runs[0]?.pid, run?.pid, 'the run that was there goes on')
  edit('edited', { params: { level: '9' }, scale: 1 })
  await until(async () => {
    const status = await host.status('edited')
    return status.up === 1 && status.runs[0]?.pid !== run?.pid && status.runs.length === 1
  }, 'it was restarted with other params')
  assert.equal(((await host.call('edited', 'tell')) as { params: unknown }).params, { level: '9' })
  edit('edited', { want: 'idle' })
  await until(async () => (await host.status('edited')).status === 'idle', 'it is idle')
})

test('a broken edit is told, and the last good state stays in force; nothing is overwritten', async () => {
  await host.begin('edited')
  const good = readFileSync(desiredFile('edited'), 'utf8')
  writeFileSync(desiredFile('edited'), '{ "v": 1, "want": ')
  const told = await until(async () => {
    const status = await host.status('edited')
    return status.problem !== undefined && status
  }, 'the problem is told')
  assert.match(told.problem ?? '', /pod\.json.*not JSON/)
  assert.is(told.status, 'up')
  writeFileSync(desiredFile('edited'), good)
  await until(async () => (await host.status('edited')).problem === undefined, 'it is mended')
})

test('a pod whose file is broken when the host starts is error with the file named; others run', async () => {
  await host.push('forever', 'other')
  await host.begin('other')
  const { pid } = (await host.status('edited')).runs[0] as { pid: number }
  const good = readFileSync(desiredFile('edited'), 'utf8')
  await host.killHost()
  writeFileSync(desiredFile('edited'), 'garbage')
  await host.up()
  const status = await host.status('edited')
  assert.is(status.status, 'error')
  assert.match(status.text, /edited\/pod\.json/)
  assert.is((await host.status('other')).status, 'up')
  assert.ok(isAlive(pid), 'its run is left alone')
  assert.is((await host.refused('restart', 'local', 'edited')).code, 'state_broken')
  assert.is(readFileSync(desiredFile('edited'), 'utf8'), 'garbage')
  writeFileSync(desiredFile('edited'), good)
  await until(async () => (await host.status('edited')).status === 'up', 'it is up as before')
  assert.is((await host.status('edited')).runs[0]?.pid, pid)
})

test('a folder that is copied in is a pod, and one that is taken away is gone', async () => {
  const from = join(host.data, 'pods/edited')
  const to = join(host.data, 'pods/copied')
  cpSync(from, to, { recursive: true, filter: path => !path.endsWith('storage') })
  const copied = await until(async () => {
    const status = await host.status('copied').catch(() => undefined)
    return status?.status === 'up' && status
  }, 'the copy is up')
  const original = await host.status('edited')
  assert.is.not(copied.runs[0]?.pid, original.runs[0]?.pid, 'with a process of its own')
  rmSync(to, { recursive: true, force: true })
  const told = () =>
    host.status('copied').then(
      () => 'a pod',
      ({ code }) => code,
    )
  await until(async () => (await told()) === 'pod_not_found', 'the copy is forgotten')
  assert.not.ok(isAlive(copied.runs[0]?.pid as number))
  assert.is((await host.status('edited')).status, 'up')
})

test('host stop leaves the pods running; host stop --pods ends them, and the next host starts them again', async () => {
  const { pid } = (await host.status('edited')).runs[0] as { pid: number }
  await host.ok('host', 'stop')
  assert.ok(isAlive(pid))
  await host.up()
  assert.is((await host.status('edited')).runs[0]?.pid, pid)
  await host.ok('host', 'stop', '--pods')
  assert.not.ok(isAlive(pid))
  await host.up()
  await until(async () => (await host.status('edited')).status === 'up', 'it is started again')
  assert.is((await host.status('edited')).restarts, 0)
})

test('a process with a ticket that nobody knows is told to end', async () => {
  await host.begin('puppet')
  const { pid } = (await host.status('puppet')).runs[0] as { pid: number }
  await host.killHost()
  rmSync(join(host.data, 'pods/puppet'), { recursive: true })
  await host.up()
  await until(() => !isAlive(pid), 'it ended')
})

test('pods are pushed and started while the directory of the host is fresh', async () => {
  mkdirSync(join(host.dir, 'src'))
  cpSync(fixture('forever'), join(host.dir, 'src/fresh.js'))
  await host.pushFile('fresh', join(host.dir, 'src/fresh.js'))
  await host.begin('fresh')
})

test.run()
