import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Meeting } from '../../../protocol/calls.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { Call } from '../../../shim/calls/call.ts'
import { Directory } from '../../../shim/calls/directory.ts'
import type { AskHost } from '../../../shim/calls/host-line.ts'
import { failsWith } from '../../fails.ts'
import { until } from '../../until.ts'
import { Met } from './met.ts'

type Asked = { name: string; have: string[] }

/** A directory whose host answers so, and notes what it was asked. */
function directory(answer: (asked: Asked) => Meeting[] | Promise<Meeting[]>) {
  const asked: Asked[] = []
  const relayed: string[] = []
  const host = {
    isGone: false,
    ask: async (_method: string, params: Asked) => {
      asked.push(params)
      return await answer(params)
    },
    present: async () => {},
    openOnce: async (_method: string, { name }: { name: string }) => {
      relayed.push(name)
      return { value: { value: name } }
    },
  }
  return { directory: new Directory(host as unknown as AskHost), host, asked, relayed }
}

type Calling = { name?: string; fn?: string; line?: string; key?: string; isOnce?: boolean }

function call(to: Directory, { name = 'web', fn = 'run', line = lineOf(fn), ...how }: Calling = {}): Call {
  const made = new Call({ fn, line, timeoutMs: 500, ...how })
  to.start(name, made)
  return made
}

const lineOf = (fn: string) => `"method":"${fn}","params":[]}\n`

/** Whether a call of `wait` is under way there. */
const isBusy = ({ called }: Met) => called.includes('wait')

/** Two runs of `web`; each call says which of them it came to. */
function twoRuns() {
  const runs = ['web.1', 'web.2'].map(run => new Met({ run: () => run, wait: () => new Promise(() => {}) }))
  const meet = async (have: string[]): Promise<Meeting[]> =>
    await Promise.all(
      runs.map(async (met, at) => {
        const run = `web.${at + 1}`
        return have.includes(run) ? { run } : { run, socket: met.socket, grant: await met.admit() }
      }),
    )
  const end = () => {
    for (const run of runs) run[Symbol.dispose]()
  }
  return { runs, meet, [Symbol.dispose]: end }
}

test('start() asks the host once who a name means, however many calls wait for that', async () => {
  using two = twoRuns()
  const { directory: to, asked } = directory(({ have }) => two.meet(have))
  const came = await Promise.all([call(to), call(to), call(to), call(to)])
  assert.equal([came.sort(), asked], [['web.1', 'web.1', 'web.2', 'web.2'], [{ name: 'web', have: [] }]])
})

test('start() takes the run with the fewest of its calls under way', async () => {
  using two = twoRuns()
  const { directory: to } = directory(({ have }) => two.meet(have))
  await call(to)
  const waiting = call(to, { fn: 'wait' })
  waiting.catch(() => {})
  await until(() => two.runs.some(isBusy), 'it waits', { everyMs: 1 })
  const idle = two.runs.findIndex(run => !isBusy(run)) + 1
  assert.equal([await call(to), await call(to), await call(to)], Array(3).fill(`web.${idle}`))
})

test('start() fails as the host fails, and asks again for the next call', async () => {
  let fails = true
  const { directory: to, asked } = directory(() => {
    if (fails) throw new P8aError('pod_not_up', 'it is idle')
    return [{ run: 'web', relay: true }]
  })
  await Promise.all([call(to), call(to)].map(each => failsWith('pod_not_up', () => each)))
  fails = false
  assert.equal([await call(to), asked.length], ['web', 2])
})

test('onMoved() asks again at once, says who is known, and sends no more calls to those that are left out', async () => {
  using two = twoRuns()
  let isShort = false
  const { directory: to, asked } = directory(async ({ have }) => {
    const all = await two.meet(have)
    return isShort ? all.slice(1) : all
  })
  await call(to)
  isShort = true
  to.onMoved('web')
  to.onMoved('other')
  await until(() => asked.length === 2, 'it has asked', { everyMs: 1 })
  assert.equal(asked[1]?.have.sort(), ['web.1', 'web.2'])
  await new Promise(resolve => setImmediate(resolve))
  assert.equal(await Promise.all([call(to), call(to)]), ['web.2', 'web.2'])
})

test('onLinked() lets the next call go where it went, and ask beside that', async () => {
  using two = twoRuns()
  const { directory: to, asked } = directory(({ have }) => two.meet(have))
  await call(to)
  to.onLinked()
  assert.is(asked.length, 1)
  assert.ok(await call(to))
  assert.is(asked.length, 2)
})

test('a run whose connection has ended gets no more calls', async () => {
  using two = twoRuns()
  const { directory: to, asked } = directory(({ have }) => two.meet(have))
  await call(to)
  // Whoever gets a line that is no message closes the connection.
  await failsWith('pod_not_up', () => call(to, { line: '}\n' }))
  const came = await Promise.all([call(to), call(to), call(to)])
  assert.equal([new Set(came).size, asked.length], [1, 1])
})

test('a call that no run got, since that ended while it was dialled, goes to whoever the name means by then', async () => {
  using two = twoRuns()
  let gone = 2
  const { directory: to, asked } = directory(async ({ have }) =>
    gone-- > 0 ? [{ run: 'web.0', socket: '/nobody/listens', grant: 'x' }] : await two.meet(have),
  )
  assert.match(String(await call(to)), /^web\.[12]$/)
  assert.is(asked.length, 3)
})

test('a call fails that no run gets however often it is sent, and one that is made once at once', async () => {
  const { directory: to, asked } = directory(({ name }) => [
    { run: `${name}.0`, socket: '/nobody/listens', grant: 'x' },
  ])
  const { facts } = await failsWith('pod_not_up', () => call(to))
  assert.is(facts.delivered, false)
  assert.is(asked.length, 11)
  await failsWith('pod_not_up', () => call(to, { isOnce: true }))
  assert.is(asked.length, 12)
})

test('a call that a run gets which is about to end goes to another, and what that run has under way it answers', async () => {
  const answer = Promise.withResolvers<string>()
  using leaving = new Met({ wait: () => answer.promise, run: () => 'web.1' })
  using next = new Met({ run: () => 'web.2' })
  const met: [string, Met][] = [['web.1', leaving]]
  const grants = [await leaving.admit(), await leaving.admit()]
  const { directory: to, asked } = directory(async ({ have }) => {
    const [run, at] = met[0] as [string, Met]
    return [have.includes(run) ? { run } : { run, socket: at.socket, grant: grants.pop() ?? (await at.admit()) }]
  })
  const waiting = call(to, { fn: 'wait' })
  waiting.catch(() => {})
  await until(() => leaving.called.length === 1, 'it is under way', { everyMs: 1 })
  leaving.door.leave()
  // The host still names the one that leaves, once.
  const missed = call(to)
  await until(() => asked.length > 1, 'it is sent again', { everyMs: 1 })
  met[0] = ['web.2', next]
  assert.is(await missed, 'web.2')
  answer.resolve('done')
  assert.equal([await waiting, leaving.called], ['done', ['wait']])
})

test('whoever calls a run by its id reaches it also when it is about to end, on another connection', async () => {
  using met = new Met({ run: () => 'web.1' })
  const { directory: to, asked } = directory(async ({ have }) => [
    { run: 'web.1', ...(!have.includes('web.1') && { socket: met.socket, grant: await met.admit() }) },
  ])
  await call(to, { name: 'web.1' })
  met.door.leave()
  assert.equal(
    [await call(to, { name: 'web.1' }), await call(to, { name: 'web.1' }), asked.length],
    ['web.1', 'web.1', 2],
  )
})

test('a call that waits to be sent again ends when its time is over', async () => {
  const { directory: to, asked } = directory(() => [{ run: 'web.0', socket: '/nobody/listens', grant: 'x' }])
  const waiting = call(to)
  await until(() => asked.length > 1, 'it is sent again', { everyMs: 1 })
  waiting.timeOut()
  await failsWith('timeout', () => waiting)
})

test('a call is relayed where nobody can be dialled', async () => {
  const { directory: to, relayed } = directory(() => [{ run: 'lab.web', relay: true }])
  assert.is(await call(to, { name: 'lab.web' }), 'lab.web')
  assert.equal(relayed, ['lab.web'])
})

test('a call that waits for the host is late by the fault of the host', async () => {
  const { directory: to, host } = directory(() => new Promise(() => {}))
  const waiting = call(to)
  host.isGone = true
  waiting.timeOut()
  assert.match((await failsWith('host_gone', () => waiting)).message, 'did not come back within 500 ms')
  host.isGone = false
  const other = call(to)
  other.timeOut()
  await failsWith('timeout', () => other)
})

test('start() gives each pod of a group its share, whatever its runs are busy with', async () => {
  using two = twoRuns()
  const weights = new Map([
    ['web.1', 1],
    ['web.2', 0],
  ])
  const meet = async (have: string[]) =>
    (await two.meet(have)).map(met => ({ ...met, member: { pod: met.run, weight: weights.get(met.run) ?? 0 } }))
  const { directory: to } = directory(({ have }) => meet(have))
  assert.equal(await Promise.all([call(to), call(to), call(to)]), ['web.1', 'web.1', 'web.1'])
  weights.set('web.1', 0).set('web.2', 1)
  to.onMoved('web')
  await until(async () => (await call(to)) === 'web.2', 'its share has moved', { everyMs: 1 })
  assert.equal(await Promise.all([call(to), call(to), call(to)]), ['web.2', 'web.2', 'web.2'])
})

test('calls to a group come to its pods exactly as their weights say', async () => {
  using two = twoRuns()
  const meet = async (have: string[]) =>
    (await two.meet(have)).map(met => ({ ...met, member: { pod: met.run, weight: met.run === 'web.1' ? 90 : 10 } }))
  const { directory: to } = directory(({ have }) => meet(have))
  const came: unknown[] = []
  for (let at = 0; at < 100; at++) came.push(await call(to))
  assert.is(came.filter(run => run === 'web.2').length, 10)
})

test('calls with one key stay with one member of a group, and go to another one only when that is gone', async () => {
  using two = twoRuns()
  let isShort = false
  const { directory: to } = directory(async ({ have }) => {
    const all = (await two.meet(have)).map(met => ({ ...met, member: { pod: met.run, weight: 1 } }))
    return isShort ? all.slice(1) : all
  })
  const keys = Array.from({ length: 20 }, (_, at) => `user-${at}`)
  const all = () => Promise.all(keys.map(key => call(to, { key })))
  const first = await all()
  assert.equal(new Set(first), new Set(['web.1', 'web.2']))
  assert.equal(await all(), first)
  isShort = true
  to.onMoved('web')
  await until(async () => (await all()).every(run => run === 'web.2'), 'the other one has all', { everyMs: 1 })
  isShort = false
  to.onMoved('web')
  await until(async () => (await all()).includes('web.1'), 'it is back', { everyMs: 1 })
  assert.equal(await all(), first)
})

test.run()
