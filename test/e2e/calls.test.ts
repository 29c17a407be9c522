// Pods and their callers: calls go from run to run, whatever becomes of the host; deadlines, streams and events with them.
// Not tested here: how fast it is (the bench has rows), and what `pod call` prints of errors (pods.test.ts).
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../until.ts'
import { TestHost, withSpares } from './harness.ts'

const test = suite('calls')
const host = new TestHost(withSpares)

test.before(async () => {
  await host.up()
  await host.push('called')
  await host.push('calling')
  await host.begin('called')
  await host.begin('calling')
})
test.after(() => host.dispose())

type Outcome = { value?: unknown; isError?: boolean; code?: string; message?: string; facts?: Record<string, unknown> }

const ask = async (...args: unknown[]) => (await host.call('calling', 'ask', ...args)) as Outcome
const sockets = () => readdirSync(join(host.data, 'c'))
const pidOf = async (name: string) => (await host.status(name)).runs[0]?.pid as number
/** What a run's log file says, whether or not there is a host. */
const logText = (name: string, run = 1) => {
  const file = join(host.data, 'logs', name, `${run}.log`)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}
const countIn = (text: string, what: string) => text.split(what).length - 1
const callsSoFar = () =>
  Number(
    logText('calling')
      .match(/calls \d+(?!.*calls )/s)?.[0]
      .slice(6) ?? 0,
  )

test('arguments and results are JSON, errors keep code, message and remote stack', async () => {
  assert.equal(await ask('called', 'add', [2, 3]), { value: 5 })
  assert.equal(await ask('called', 'later', [{ a: [1, null, 'ü\n'] }, 1]), { value: { a: [1, null, 'ü\n'] } })
  for (const fn of ['fail', 'failLater']) {
    const { isError, code, message, facts } = await ask('called', fn, ['it broke'])
    assert.equal([isError, code, message], [true, 'call_failed', 'it broke'])
    assert.equal([facts?.name, facts?.errorCode], ['RangeError', 'E_OWN'])
    assert.match(String(facts?.stack), /at .*fail/)
  }
  assert.is((await ask('called', 'nothing')).code, 'function_not_found')
  assert.is((await ask('called', '$/cancel')).code, 'function_not_found')
  assert.is((await ask('nobody', 'add')).code, 'pod_not_found')
  assert.is((await ask('called.99', 'add')).code, 'run_not_found')
})

test('many calls at once are all answered, each with its own', async () => {
  const sums = (await host.call('calling', 'askMany', 'called', 'add', 2000, [1, 2])) as number[]
  assert.ok(sums.length === 2000 && sums.every(sum => sum === 3))
})

test('a host that is killed in the middle of ten thousand calls disturbs none between pods that have met', async () => {
  await host.call('calling', 'begin', 'called')
  await until(() => callsSoFar() > 1000, 'it calls')
  await host.killHost()
  const before = callsSoFar()
  await until(() => callsSoFar() > before + 10_000, 'it goes on calling without a host')
  await host.up()
  const after = callsSoFar()
  await until(() => callsSoFar() > after + 2000, 'it goes on with the next host')
  const { calls, failed } = (await host.call('calling', 'end')) as { calls: number; failed: number }
  assert.ok(calls > 12_000)
  assert.is(failed, 0)
})

test('a first meeting waits for a host up to the deadline of the call, and then fails with host_gone', async () => {
  await host.push('called', 'unmet')
  await host.begin('unmet')
  await host.call('calling', 'askOnFile', 'short', 'unmet', 'add', [1, 2], { timeout: '150ms' })
  await host.call('calling', 'askOnFile', 'long', 'unmet', 'add', [20, 4], { timeout: '30s' })
  await host.killHost()
  for (const file of ['short', 'long']) writeFileSync(join(host.data, 'pods/calling/storage', file), '')
  await until(() => logText('calling').includes('short ended host_gone'), 'the short one has failed')
  assert.ok(logText('calling').includes('long began'))
  assert.not.ok(logText('calling').includes('long ended'))
  await host.up()
  await until(() => logText('calling').includes('long ended 24'), 'the long one was answered')
  await host.remove('unmet')
})

test('the callee sees who calls, until when it waits, and that it gave up', async () => {
  const { value } = (await ask('called', 'context', [], { timeout: '5s' })) as {
    value: { caller: string; leftMs: number; isAborted: boolean }
  }
  assert.equal([value.caller, value.isAborted], ['calling.1', false])
  assert.ok(value.leftMs > 0 && value.leftMs <= 5000)
  const late = await ask('called', 'wait', [], { timeout: 100 })
  assert.is(late.code, 'timeout')
  assert.match(late.message ?? '', /Cannot call "wait" of called.1: no answer within 100 ms/)
  await until(() => countIn(logText('called'), 'wait ended aborted') === 1, 'the callee was told of the timeout')
  assert.equal(await host.call('calling', 'askAndAbort', 'called', 'wait', 50), ['aborted', 'aborted'])
  await until(() => countIn(logText('called'), 'wait ended aborted') === 2, 'the callee was told of the abort')
  assert.is(countIn(logText('called'), 'wait began'), 2, 'a signal that is aborted already makes no call')
  await host.refused('call', 'local', 'called', 'wait', '--timeout', '100ms')
  await until(
    () => countIn(logText('called'), 'wait ended aborted') === 3,
    'a client of the host that gave up counts too',
  )
})

test('a client that cancels a call is answered at once, the callee is told, and the connection goes on', async () => {
  const before = countIn(logText('called'), 'wait ended aborted')
  const client = await host.client()
  const patience = new AbortController()
  const call = client.call('pod.call', { name: 'called', fn: 'wait' }, { signal: patience.signal })
  await until(() => countIn(logText('called'), 'wait began') === before + 1, 'it has begun')
  patience.abort()
  assert.is(await call.catch(error => error.code), 'aborted')
  await until(() => countIn(logText('called'), 'wait ended aborted') === before + 1, 'the callee was told')
  assert.equal(await client.call('rpc.cancel', { request: 4711 }), { canceled: false })
  assert.is((await client.call('pod.call', { name: 'called', fn: 'add', args: [1, 2] })).value, 3)
  const given = { signal: AbortSignal.abort() }
  assert.is(await client.call('host.info', {}, given).catch(error => error.code), 'aborted')
  client.close()
})

test('an async generator streams its values, is pulled only as the consumer takes, and ends with it', async () => {
  const ends = () => countIn(logText('called'), 'numbers ended')
  assert.equal(await host.call('calling', 'take', 'called', 'numbers', 100, [40]), [...Array(40).keys()])
  await until(() => ends() === 1, 'it came to its end')
  assert.equal(await host.call('calling', 'hold', 'called', 'numbers', 3, [1_000_000]), [0, 1, 2])
  assert.ok(((await host.call('called', 'pulledSoFar')) as number) <= 3 + 16 + 1)
  assert.equal(await host.call('calling', 'take', 'called', 'numbers', 3, [1_000_000]), [0, 1, 2])
  await until(() => ends() === 2, 'the consumer that broke off has ended it')
  assert.equal(await ask('called', 'numbers', [5]), { value: [0, 1, 2, 3, 4] }, 'awaited, it is a list')
  assert.is((await ask('called', 'numbers', [10_001])).code, 'too_large')
  assert.equal(await ask('called', 'numbers', [0]), { value: [] })
  assert.is((await ask('called', 'failing')).message, 'in the middle')
  assert.match(String(await host.call('calling', 'isIterable', 'called', 'add', [1, 2])), /it is not a generator/)
  assert.equal(await host.call('called', 'numbers', 3), [0, 1, 2], 'and for a client of the host too')
  assert.is((await host.refused('call', 'local', 'called', 'numbers', '20000')).code, 'too_large')
})

test('a generator ends when its consumer dies, and its consumer fails when the generator dies', async () => {
  await host.push('calling', 'dying')
  await host.begin('dying')
  await host.push('called', 'yielding')
  await host.begin('yielding')
  await host.call('dying', 'hold', 'yielding', 'numbers', 3, [1_000_000])
  process.kill(await pidOf('dying'), 'SIGKILL')
  await until(() => countIn(logText('yielding'), 'numbers ended') === 1, 'it has ended')
  await host.call('calling', 'hold', 'yielding', 'numbers', 3, [1_000_000])
  process.kill(await pidOf('yielding'), 'SIGKILL')
  assert.is(await host.call('calling', 'drainHeld'), 'pod_not_up')
  for (const name of ['dying', 'yielding']) await host.remove(name)
})

test('calls under way fail when the callee dies, and the next one finds its next run', async () => {
  await host.push('called', 'mortal')
  await host.begin('mortal')
  const failing = ask('mortal', 'wait')
  await until(() => logText('mortal').includes('wait began'), 'it is called')
  process.kill(await pidOf('mortal'), 'SIGKILL')
  const { code, message } = await failing
  assert.equal([code, message], ['pod_not_up', 'Cannot call "wait" of mortal.1: the run ended before it answered'])
  // Of a run that has just died, its caller may know before its host.
  const isBack = async () => (await host.status('mortal')).runs.some(run => run.id === 'mortal.2' && run.state === 'up')
  await until(isBack, 'it is up again')
  assert.equal(await ask('mortal', 'who'), { value: 'mortal.2' })
  await host.stop('mortal')
  assert.is((await ask('mortal', 'who')).code, 'pod_not_up')
  await host.remove('mortal')
})

test('the least busy run is called, or the one that is named, also one that came later', async () => {
  await host.push('called', 'scaled')
  await host.begin('scaled')
  assert.equal(await ask('scaled', 'who'), { value: 'scaled.1' })
  await host.ok('scale', 'local', 'scaled', '3')
  const whoAll = async () => new Set((await host.call('calling', 'askMany', 'scaled', 'who', 30)) as string[])
  await until(async () => (await whoAll()).size === 3, 'all three are called')
  for (const run of ['scaled.1', 'scaled.2', 'scaled.3']) assert.equal(await ask(run, 'who'), { value: run })
  const waiting = ask('scaled.2', 'hold')
  await until(async () => !(await whoAfterBusy()).includes('scaled.2'), 'the busy one is left out')
  await host.call('scaled.2', 'release', 'done')
  assert.equal(await waiting, { value: 'done' })
  await host.ok('scale', 'local', 'scaled', '1')
  await until(async () => (await whoAll()).size === 1, 'only the first is left')
  assert.is((await ask('scaled.2', 'who')).code, 'run_not_found')
  await host.remove('scaled')

  async function whoAfterBusy(): Promise<string[]> {
    const answers = [await ask('scaled', 'who'), await ask('scaled', 'who'), await ask('scaled', 'who')]
    return answers.map(({ value }) => String(value))
  }
})

test('only with a grant may one dial, and a socket is its owner alone', async () => {
  const [name = ''] = sockets()
  const path = join(host.data, 'c', name)
  assert.is(statSync(path).mode & 0o777, 0o600)
  const said = (text: string) =>
    new Promise<string>(resolve => {
      let got = ''
      const socket = net.connect(path, () => socket.write(text))
      socket.on('data', chunk => {
        got += chunk
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(got))
    })
  const call = '{"jsonrpc":"2.0","id":1,"method":"add","params":[1,2]}\n'
  const wrong = '{"jsonrpc":"2.0","method":"$/grant","params":["guessed"]}\n'
  for (const text of [call, `${wrong}${call}`, 'nonsense\n', '\n', 'x'.repeat(5000), ''])
    assert.is(await said(text), '')
  assert.equal(await ask('called', 'add', [1, 1]), { value: 2 }, 'others are not disturbed')
})

test('events reach who subscribes to their topic, also while there is no host', async () => {
  await host.push('called', 'listening')
  await host.ok('start', 'local', 'listening', '--scale', '2', '--subscribe', 'orders.*')
  const received = async (run: string) => (await host.call(run, 'received')) as unknown[]
  await host.call('calling', 'publish', 'orders.paid', { id: 1 })
  await host.call('calling', 'publish', 'orders.paid.twice', { id: 2 })
  await host.call('calling', 'publish', 'bills.paid', { id: 3 })
  await host.call('calling', 'publish', 'orders.sent')
  const expected: unknown[] = [
    ['orders.paid', { id: 1 }],
    ['orders.sent', null],
  ]
  for (const run of ['listening.1', 'listening.2']) {
    await until(async () => (await received(run)).length >= 2, 'they have arrived')
    assert.equal(await received(run), expected)
    const publisher = { name: 'calling.1', role: 'read', path: '' }
    assert.equal(await host.call(run, 'publishers'), [publisher, publisher])
  }
  await host.call('calling', 'publishOnFile', 'publish', 'orders.late', null)
  await host.killHost()
  writeFileSync(join(host.data, 'pods/calling/storage/publish'), '')
  await host.up()
  await until(async () => (await received('listening.2')).length === 3, 'it has arrived')
  await host.remove('listening')
})

test('events for a run that reads too slowly are dropped, and it is told how many', async () => {
  await host.push('called', 'slow')
  await host.ok('start', 'local', 'slow', '--subscribe', 'flood', '--check-timeout', '30s')
  await until(async () => {
    await host.call('calling', 'publish', 'flood', 'first')
    return ((await host.call('slow', 'received')) as unknown[]).length > 0
  }, 'they have met')
  await host.call('slow', 'blockUntil', 'go')
  await host.call('calling', 'flood', 'flood', 40)
  writeFileSync(join(host.data, 'pods/slow/storage/go'), '')
  await until(() => /dropped \d+ calling\.1/.test(logText('slow')), 'it is told')
  const dropped = Number(/dropped (\d+) calling/.exec(logText('slow'))?.[1])
  assert.match(logText('slow'), `p8a: ${dropped} events of calling.1 were dropped`)
  await until(
    async () => ((await host.call('slow', 'received')) as unknown[]).length + dropped >= 401,
    'what was not dropped has arrived',
  )
  await host.remove('slow')
})

test('a socket goes with its run, also where that ends while there is no host', async () => {
  await host.push('called', 'brief')
  const others = sockets().length
  await host.begin('brief')
  assert.is(sockets().length, others, 'who is not called has none')
  await ask('brief', 'add', [1, 2])
  assert.is(sockets().length, others + 1)
  await host.stop('brief')
  assert.is(sockets().length, others)
  await host.begin('brief')
  await ask('brief', 'add', [1, 2])
  const pid = await pidOf('brief')
  await host.killHost()
  process.kill(pid, 'SIGKILL')
  await host.up()
  await until(() => sockets().length === others, 'it is gone')
  await host.remove('brief')
})

test.run()
