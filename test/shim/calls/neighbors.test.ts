import { existsSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Meeting } from '../../../protocol/calls.ts'
import { Neighbors } from '../../../shim/calls/neighbors.ts'
import type { Link } from '../../../shim/link/link.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

type Subscription = { path: string; pattern: string }
type Asked = { name: string; path: string; have: string[] }

/** Two runs on the host `lab`, and a host that introduces `asker.1` to `web.1`. */
class Introduced implements Disposable {
  readonly asker: Neighbors
  readonly web: Neighbors
  /** What each has subscribed to, in the order in which the host was told. */
  readonly subscribed: [run: string, subscriptions: Subscription[]][] = []
  #at = scratch()
  readonly socket = this.#at.path('calls/web.1')
  #grants = 0
  #isOver = false
  /** As the link of a run keeps its process. */
  #link = setInterval(() => {}, 60_000)

  constructor() {
    this.asker = this.#run('asker.1')
    this.web = this.#run('web.1')
  }

  #run(run: string): Neighbors {
    const peer = {
      notify: (_method: string, { subscriptions }: { subscriptions: Subscription[] }) => {
        this.subscribed.push([run, subscriptions])
      },
      request: async (method: string, asked: Asked) => {
        if (this.#isOver || run === 'web.1') return []
        const met = asked.have.includes('web.1') ? { run: 'web.1' } : await this.#admit(run)
        if (method === 'resolve') return [met]
        const [, subscriptions = []] = this.subscribed.findLast(([of]) => of === 'web.1') ?? []
        const patterns = subscriptions.filter(({ path }) => path === asked.path).map(({ pattern }) => pattern)
        return [{ ...met, patterns }]
      },
    }
    const link = { peer, connected: async () => peer } as unknown as Link
    const invoke = (fn: string, args: unknown[]) => `${run} ${fn} ${args}`
    return new Neighbors(
      link,
      { invoke, onDropped: () => {} },
      { run, path: 'lab', may: 'deploy', callTimeoutMs: 5000 },
    )
  }

  async #admit(caller: string): Promise<Meeting> {
    const admission = { grant: `grant ${++this.#grants}`, socket: this.socket }
    const by = { name: 'lab.asker.1', role: 'deploy', path: 'lab' } as const
    await this.web.admit({ ...admission, caller, by })
    return { run: 'web.1', ...admission }
  }

  /** Nobody means anybody any more: the connections end. */
  [Symbol.dispose](): void {
    clearInterval(this.#link)
    this.#isOver = true
    this.asker.onMoved('web')
    this.asker.onMoved(null)
    this.#at[Symbol.dispose]()
  }
}

test('callee() calls a run that the host has introduced', async () => {
  using two = new Introduced()
  assert.is(await two.asker.callee('web', { timeout: '10s' }).greet?.('Ada'), 'web.1 greet Ada')
})

test('expectCalls() opens the socket before anybody is let in', async () => {
  using two = new Introduced()
  await two.web.expectCalls(two.socket)
  assert.ok(existsSync(two.socket))
  assert.is(await two.asker.callee('web', { timeout: '10s' }).greet?.('Ada'), 'web.1 greet Ada')
})

test('expectCalls() where it cannot be opened yet: the first admission tries again', async () => {
  using two = new Introduced()
  await two.web.expectCalls('/dev/null/web.1')
  assert.is(await two.asker.callee('web', { timeout: '10s' }).greet?.('Ada'), 'web.1 greet Ada')
})

test('subscribe() tells the host what is wanted, once for each path and pattern, and what is not any more', () => {
  using two = new Introduced()
  const ends = [two.web.subscribe('mail', () => {}, {}), two.web.subscribe('mail', () => {}, {})]
  two.web.subscribe('orders.*', () => {}, { path: 'inner' })
  for (const end of ends) end()
  const [mail, orders] = [
    { path: 'lab', pattern: 'mail' },
    { path: 'lab.inner', pattern: 'orders.*' },
  ]
  assert.equal(
    two.subscribed.map(([, all]) => all),
    [[mail], [mail, orders], [orders]],
  )
  two.web.onLinked()
  assert.equal(two.subscribed.at(-1), ['web.1', [orders]], 'a new host is told again')
})

test('publish() reaches the other run, with what the publisher may do', async () => {
  using two = new Introduced()
  const heard: unknown[] = []
  two.web.subscribe('orders.*', (data, topic, by) => heard.push([data, topic, by]), {})
  two.asker.publish('orders.new', { id: 7 }, {})
  two.asker.publish('mail', 'nobody wants it', {})
  two.asker.publish('orders.old', 8, {})
  await until(() => heard.length === 2, 'it is heard', { everyMs: 1 })
  const by = { name: 'lab.asker.1', role: 'deploy', path: 'lab' }
  assert.equal(heard, [
    [{ id: 7 }, 'orders.new', by],
    [8, 'orders.old', by],
  ])
})

test('publish() reaches the run itself, later and with a copy', async () => {
  using two = new Introduced()
  const heard: unknown[] = []
  const data = { list: [1] }
  two.web.subscribe('mail', got => heard.push(got), {})
  two.web.publish('mail', data, {})
  assert.equal(heard, [])
  data.list.push(2)
  await null
  assert.equal(heard, [{ list: [1] }])
})

test('publish() and subscribe() refuse a path and a topic that are none', () => {
  using two = new Introduced()
  assert.throws(() => two.web.publish('mail', 1, { path: 'No Path' }), TypeError)
  assert.throws(() => two.web.publish('a..b', 1, {}), TypeError)
  assert.throws(() => two.web.subscribe('', () => {}, {}), TypeError)
})

test.run()
