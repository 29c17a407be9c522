// What watchers of a host see, over the wire and in a program. Not here: what makes a change of what (daemon/watch/told.test.ts),
// and watching from a pod (pod-watch.test.ts).
import { writeFileSync } from 'node:fs'
import { connect as dial } from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { watch } from '../../cli/client/published.ts'
import type { Change, PodChange } from '../../protocol/changes.ts'
import { failsWith } from '../fails.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const watching = suite('watch')
let host: TestHost
watching.before(async () => {
  host = new TestHost()
  await host.up()
  await host.push('forever')
})
watching.after(async () => await host.dispose())

/** One who watches in the background, and what it has seen. */
class Seen implements AsyncDisposable {
  readonly all: Change[] = []
  readonly pods: ReadonlyMap<string, unknown>
  #ending = new AbortController()
  #over: Promise<void>

  constructor(options: { path?: string; within?: boolean } = {}) {
    const changes = watch(`unix:${join(host.data, 'host.sock')}`, { ...options, signal: this.#ending.signal })
    this.pods = changes.pods
    this.#over = this.#take(changes)
  }

  /** Each as a word or two: `run forever.1 up`. */
  get words(): string[] {
    return this.all.map(wordsOf)
  }

  async until(words: string): Promise<void> {
    await until(() => this.words.includes(words), `it sees "${words}" among ${JSON.stringify(this.words)}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    await this.#over
  }

  async #take(changes: AsyncIterable<Change>): Promise<void> {
    for await (const change of changes) this.all.push(change)
  }
}

function wordsOf(change: Change): string {
  if (change.type === 'snapshot')
    return `snapshot ${change.pods.map(({ name, status }) => `${name} ${status}`).join(', ')}`
  if (change.type === 'run') return `run ${change.run.id} ${change.run.state}`
  if (change.type === 'ended') return `ended ${change.run} ${change.end?.reason ?? 'somehow'}`
  return `${change.type} ${change.name} ${change.pod.status}`
}

watching('a watcher sees all there is, and then each step of a pod from push to removal, in order', async () => {
  await using seen = new Seen()
  await seen.until('snapshot forever idle')
  await host.push('forever', 'web')
  await host.ok('start', 'local', 'web', '--color', 'blue')
  await host.ok('scale', 'local', 'web', '2')
  await host.stop('web')
  await host.remove('web')
  await seen.until('removed web idle')
  const runs = seen.words.filter(words => /^(?:run|ended) web\.1/.test(words))
  assert.equal(runs, [
    'run web.1 spawning',
    // Once more, when its pid is known.
    ...runs.filter(words => words === 'run web.1 spawning').slice(1),
    'run web.1 starting',
    'run web.1 up',
    'run web.1 stopping',
    'ended web.1 stopped',
  ])
  const pod = seen.all.flatMap(change => ('name' in change && change.name === 'web' ? change : []))
  assert.equal([pod[0]?.type, pod.at(-1)?.type], ['added', 'removed'])
  const wanted = pod.find(({ type }) => type === 'changed')?.pod
  assert.equal([wanted?.want, wanted?.params], ['up', { color: 'blue' }])
  assert.ok(pod.some(({ type, pod: { scale } }) => type === 'changed' && scale === 2))
  assert.ok(pod.some(({ type, pod: { status, up } }) => type === 'status' && status === 'up' && up === 2))
  assert.equal([...seen.pods.keys()], ['forever'])
})

watching('a watcher sees pushes, texts, and how a run ended', async () => {
  await using seen = new Seen()
  await host.push('puppet')
  await host.begin('puppet')
  const file = join(host.dir, 'puppet.js')
  writeFileSync(file, 'export default async (params, bus) => bus.emit("status", "up", "second")')
  await host.pushFile('puppet', file)
  await seen.until('pushed puppet up')
  await host.restart('puppet')
  await until(() => seen.all.some(change => change.type === 'run' && change.run.text === 'second'), 'the text is seen')
  const { runs } = await host.status('puppet')
  process.kill(runs[0]?.pid as number, 'SIGKILL')
  await seen.until(`ended ${runs[0]?.id} killed`)
  await host.remove('puppet')
})

watching('a watcher in a program goes on with a snapshot when the host is back', async () => {
  await using seen = new Seen()
  await host.push('forever', 'web')
  await host.begin('web')
  await seen.until('status web up')
  const { pid } = (await host.status('web')).runs[0] ?? {}
  await host.killHost()
  seen.all.length = 0
  await host.up()
  await until(() => seen.words.some(words => words.startsWith('snapshot')), 'there is a snapshot')
  const snapshot = seen.all[0]
  assert.is(snapshot?.type, 'snapshot')
  const web = snapshot?.type === 'snapshot' ? snapshot.pods.find(({ name }) => name === 'web') : undefined
  assert.is(web?.runs[0]?.pid, pid)
  await host.stop('web')
  await seen.until('ended web.1 stopped')
  await host.remove('web')
})

watching('one who does not read is given a snapshot in the place of what it missed', async () => {
  const file = join(host.dir, 'chatty.js')
  writeFileSync(
    file,
    `let bus
    export const chat = count => {
      for (let said = 1; said <= count; said++) bus.emit('status', 'up', 'x'.repeat(8000) + said)
    }
    export default async (params, given) => void (bus = given)`,
  )
  await host.pushFile('chatty', file)
  await host.begin('chatty')
  const socket = dial(join(host.data, 'host.sock'))
  socket.write('{"jsonrpc":"2.0","id":1,"method":"host.watch"}\n')
  await new Promise(resolve => socket.once('data', resolve))
  socket.pause()
  await host.call('chatty', 'chat', 10_000)
  await until(async () => (await host.status('chatty')).text.endsWith('10000'), 'all is said')
  const { memory } = await host.json<{ memory: number }>('host', 'status')
  const changes: PodChange[] = []
  let text = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    text += chunk
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) changes.push(...(JSON.parse(line) as { params: { changes: PodChange[] } }).params.changes)
  })
  socket.resume()
  await until(() => JSON.stringify(changes.at(-1) ?? '').includes('x10000"'), 'it is told what was said last')
  assert.ok(
    changes.some(({ type }) => type === 'snapshot'),
    'a snapshot took the place of what it missed',
  )
  assert.ok(changes.length < 5000, `it was told ${changes.length} changes of twenty thousand`)
  assert.ok(memory < 300 * 1024 * 1024, `the host has ${memory} bytes`)
  socket.destroy()
  await host.remove('chatty')
})

watching('a watcher sees the pods of hosts within, and hosts that come later, where it asks for them', async () => {
  await using seen = new Seen({ within: true })
  await using alone = new Seen()
  await host.push('namespace')
  await host.begin('namespace')
  await using inner = new Seen({ path: 'inner' })
  const client = await host.client()
  const code = 'export default async () => {}'
  await client.call('pod.push', { path: 'inner', name: 'deep', code })
  await client.call('pod.start', { path: 'inner', name: 'deep' })
  await seen.until('status inner.deep up')
  assert.ok(seen.words.includes('run deep.1 up'))
  await inner.until('status deep up')
  assert.not.match(JSON.stringify(inner.all), '"namespace"')
  await host.stop('namespace')
  await host.begin('namespace')
  await until(() => seen.words.filter(words => words === 'status inner.deep up').length > 1, 'it is up again')
  await inner[Symbol.asyncDispose]()
  await host.remove('namespace')
  await seen.until('removed inner.deep idle')
  await alone.until('removed namespace idle')
  assert.not.match(JSON.stringify(alone.all), '"deep"')
  client.close()
})

watching('a host that has handlers is watched by its list, after each verb and whenever it says so', async () => {
  await host.push('telling-host')
  await host.begin('telling-host')
  await using seen = new Seen({ path: 'telling' })
  await using above = new Seen({ within: true })
  await seen.until('snapshot first up')
  await host.call('telling-host', 'become', 'second', 'waiting', 'second.1')
  await seen.until('added second waiting')
  await host.call('telling-host', 'become', 'second', 'up', 'second.2')
  await seen.until('ended second.1 somehow')
  await seen.until('run second.2 up')
  const client = await host.client()
  await client.call('pod.stop', { path: 'telling', name: 'first' })
  client.close()
  await seen.until('changed first idle')
  await above.until('changed telling.first idle')
  await above.until('run second.2 up')
  // Its pods are back as they were at first.
  await host.call('telling-host', 'crash')
  await until(() => seen.words.filter(words => words === 'snapshot first up').length > 1, 'it is told anew')
  await above.until('removed telling.second up')
})

watching('a host that tells itself what becomes of its pods is believed', async () => {
  await host.stop('telling-host')
  await host.ok('start', 'local', 'telling-host', '--', '--watch', 'true')
  await using seen = new Seen({ path: 'telling' })
  await seen.until('snapshot first up')
  await host.call('telling-host', 'become', 'first', 'error')
  await seen.until('status first error')
  await host.remove('telling-host')
})

watching('host.watch is refused where there is no such host, and over HTTP', async () => {
  const client = await host.client()
  await failsWith('host_not_found', () => client.changes({ path: 'nowhere' }).next())
  client.close()
  const response = await fetch(`http://127.0.0.1:${host.port}/rpc`, {
    method: 'POST',
    headers: { authorization: `Bearer ${host.token}` },
    body: '{"jsonrpc":"2.0","id":1,"method":"host.watch"}',
  })
  assert.match(await response.text(), '"unsupported"')
})

watching.run()
