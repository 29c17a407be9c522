// The journal of a real host, over its deaths, and the doors by which it is read. Not here: which events follow from which change
// (daemon/events/look.test.ts).
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { HostEvent } from '../../protocol/events.ts'
import { podProgram } from '../paths.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const events = suite('events')
let host: TestHost

events.before(async () => {
  host = new TestHost()
  await host.up()
})
events.after(async () => await host.dispose())

const all = async (): Promise<HostEvent[]> => (await host.ask('events.list', { limit: 10_000 })).events
const typesOf = (some: readonly HostEvent[]) => some.map(({ type }) => type)

/** What `GET /events` sends, event by event. */
async function stream(query: string, lastId?: number) {
  const leaving = new AbortController()
  const headers = {
    authorization: `Bearer ${host.token}`,
    ...(lastId !== undefined && { 'last-event-id': String(lastId) }),
  }
  const response = await fetch(`http://127.0.0.1:${host.port}/events${query}`, { headers, signal: leaving.signal })
  assert.is(response.status, 200)
  const got: HostEvent[] = []
  const over = (async () => {
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk)
      const parts = text.split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1]
        if (data !== undefined) got.push(JSON.parse(data))
      }
    }
  })().catch(() => {})
  return { got, over, leave: () => leaving.abort() }
}

events('a host that is killed again and again leaves no gap, and tells each end of a run once', async () => {
  await host.push('forever', 'web')
  await host.begin('web')
  const pids: number[] = []
  for (let round = 0; round < 3; round++) {
    const pid = (await host.status('web')).runs[0]?.pid as number
    pids.push(pid)
    await host.killHost()
    process.kill(pid, 'SIGKILL')
    await until(() => !isAlive(pid), 'the run is gone')
    await host.up()
    await until(async () => {
      const { status, runs } = await host.status('web')
      return status === 'up' && runs[0]?.pid !== pid
    }, 'it is up again')
  }
  const told = await until(async () => {
    const some = await all()
    return some.at(-1)?.type === 'up' && some
  }, 'it is told that it is up')
  assert.equal(
    told.map(({ number }) => number),
    told.map((_, index) => index + 1),
  )
  const of = (...types: string[]) => told.filter(({ type }) => types.includes(type))
  assert.is(of('host-lost').length, 3)
  assert.is(of('host-started').length, 4)
  const ends = of('crashed', 'lost').map(event => 'run' in event && event.run)
  assert.equal(ends, ['web.1', 'web.2', 'web.3'])
  assert.equal(
    of('begun').map(event => event.type === 'begun' && event.pid),
    [...pids, (await host.status('web')).runs[0]?.pid],
  )
})

events('a host that leaves says so, and its runs are adopted by the next one', async () => {
  const run = (await host.status('web')).runs[0]?.id
  await host.ok('host', 'stop')
  await host.up()
  const told = await until(async () => {
    const some = await all()
    return typesOf(some).lastIndexOf('adopted') > typesOf(some).lastIndexOf('host-stopped') && some
  }, 'the run is adopted')
  const since = told.slice(typesOf(told).lastIndexOf('host-stopped'))
  assert.equal(typesOf(since), ['host-stopped', 'host-started', 'adopted'])
  assert.is(since[2]?.type === 'adopted' && since[2].run, run)
})

events('GET /events sends what happens, and goes on behind Last-Event-ID', async () => {
  const first = await stream('?type=pushed,removed')
  await host.push('forever', 'one')
  await until(() => first.got.length === 1, 'the push is sent')
  first.leave()
  await first.over
  await host.remove('one')
  await host.push('forever', 'two')
  const second = await stream('?type=pushed,removed', first.got[0]?.number)
  await until(() => second.got.length === 2, 'what came meanwhile is sent')
  second.leave()
  await second.over
  assert.equal(
    [...first.got, ...second.got].map(({ type, pod }) => [type, pod]),
    [
      ['pushed', 'one'],
      ['removed', 'one'],
      ['pushed', 'two'],
    ],
  )
  const refused = await fetch(`http://127.0.0.1:${host.port}/events?type=nonsense`, {
    headers: { authorization: `Bearer ${host.token}` },
  })
  assert.is(refused.status, 400)
  assert.is((await fetch(`http://127.0.0.1:${host.port}/events`)).status, 401)
})

events('pod events shows them, and refuses a type that is none', async () => {
  const text = await host.ok('events', 'web', '--type', 'crashed', '--type', 'lost', '-n', '1')
  assert.match(text, /web +(crashed|lost) +run web\.3, /)
  assert.is(await host.ok('events', 'web', '--type', 'crashed,lost', '-n', '1'), text)
  const refused = await host.refused('events', '--type', 'crashed,crashd')
  assert.is(refused.code, 'usage')
  assert.match(refused.message, '"crashd"')
  assert.match(refused.hint ?? '', /^Did you mean crashed\? There are: pushed, started, /)
})

events('pod events tells what happened to a pod that is gone, and refuses one that never was', async () => {
  const text = await host.ok('events', 'one')
  assert.match(text, /pushed.*\n.*removed/)
  const refused = await host.refused('events', 'nosuch')
  assert.is(refused.code, 'pod_not_found')
  assert.match(refused.message, 'There is no pod "nosuch"')
})

events('a pod that cannot start is failing while attempts go on, and gave up when none is made any more', async () => {
  await host.push('crash-at-start', 'bad')
  const types = async () => typesOf((await host.ask('events.list', { name: 'bad', limit: 10_000 })).events)
  // Its own config ends after three.
  await host.refused('start', 'bad', '--retries', '2', '--give-up', 'never')
  await until(async () => (await types()).includes('failing'), 'it is told that attempts fail')
  await until(async () => (await host.status('bad')).retryAt !== undefined, 'another attempt is to come')
  assert.not((await types()).includes('gave-up'))
  await host.refused('start', 'bad', '--give-up', 'after 2')
  await until(async () => (await types()).at(-1) === 'gave-up', 'it is told that it gave up, and nothing after that')
})

events(
  'a pod of several runs that is failing, and is started anew, gives up once: when the last of them is tried no more',
  async () => {
    await host.push('crash-at-start', 'worse')
    await host.refused('start', 'worse', '--scale', '3', '--retries', '2', '--give-up', 'never')
    await until(async () => (await host.status('worse')).retryAt !== undefined, 'another attempt is to come')
    await host.refused('start', 'worse', '--give-up', 'after 2')
    const since = async () => {
      const types = typesOf((await host.ask('events.list', { name: 'worse', limit: 10_000 })).events)
      return types.slice(types.lastIndexOf('restarted') + 1)
    }
    await until(async () => (await since()).includes('gave-up'), 'it is told that it gave up')
    // A push is looked at, as anything is that happens to the pod.
    await host.push('forever', 'worse')
    const told = await until(async () => {
      const types = await since()
      return types.includes('pushed') && types
    }, 'the push is told')
    assert.is(told.filter(type => type === 'gave-up').length, 1)
    assert.not(told.slice(told.indexOf('gave-up')).includes('begun'))
  },
)

events('a webhook is signed, is told what came while the host was away, and is not the host itself', async () => {
  const secret = 'not known to others'
  const got: { number: number; type: string; isSigned: boolean }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { headers } = request
    const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const signature = createHmac('sha256', secret).update(text).digest('base64')
    got.push({ ...JSON.parse(body), isSigned: headers['webhook-signature'] === `v1,${signature}` })
    response.writeHead(204).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const add = async (to: string, on: string) =>
    await host.run(process.execPath, ['--', podProgram, 'hook', 'add', 'local', to, '--on', on, '--secret', '-'], {
      input: `${secret}\n`,
    })
  try {
    const added = await add(url, 'host-started,host-lost')
    assert.is(added.code, 0, added.stderr)
    assert.not.match(`${added.stdout}${readFileSync(join(host.data, 'logs', 'host.log'), 'utf8')}`, secret)
    assert.match((await add(`http://localhost:${host.port}/`, 'all')).stderr, 'an address of this host itself')
    assert.match((await add(url, 'crashd')).stderr, 'Did you mean crashed?')
    await host.killHost()
    await host.up()
    await until(() => got.length === 2, 'it is told of what came')
    assert.equal(typesOf(got as unknown as HostEvent[]), ['host-lost', 'host-started'])
    assert.ok(got.every(({ isSigned }) => isSigned))
    // It counts what was taken once it is told so.
    const list = async () => await host.ok('hook', 'list')
    await until(async () => /host-started, host-lost +all +\d+ +2 +0 +well/.test(await list()), 'both are counted')
    await host.ok('hook', 'remove', url)
    assert.is((await host.ok('hook', 'list')).trim(), 'There are no webhooks')
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

events('who may only look is not told of tokens, nor who is confined to a path of what is outside', async () => {
  await host.ok('host', 'token', 'add', 'guest', '--role', 'read')
  const token = JSON.parse(await host.ok('host', 'token', 'add', 'guest2', '--role', 'read', '--json')).token as string
  const ask = async (params: object) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'events.list', params })
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const response = await fetch(`http://127.0.0.1:${host.port}/rpc`, { method: 'POST', headers, body })
    return ((await response.json()) as { result: { events: HostEvent[] } }).result.events
  }
  assert.ok(typesOf(await all()).includes('token-added'))
  const seen = await ask({ limit: 10_000 })
  assert.ok(seen.length > 0)
  assert.not(typesOf(seen).includes('token-added'))
})

events.run()
