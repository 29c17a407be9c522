// The hosts that a run is, beside a root that answers as it is told. What roots do: test/e2e/hosts.test.ts, handlers.test.ts.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { usualWindow } from '../../../protocol/channel/window.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { AskRoot } from '../../../shim/host/ask-root.ts'
import { RunHosts } from '../../../shim/host/hosts.ts'
import { quietChannel } from '../../channels.ts'
import { until } from '../../until.ts'

const test = suite('hosts')

/** Hosts whose root answers each `mount` with the next of `answers`: nothing, or an error with that code. */
function hostsOf(answers: ('host_gone' | 'host_exists' | undefined)[]) {
  const asked: unknown[] = []
  const forgotten: string[] = []
  const hosts = new RunHosts({
    root: {
      ask: async (method: string, params: unknown, { signal }: { signal?: AbortSignal } = {}) => {
        asked.push([method, params])
        signal?.addEventListener('abort', () => asked.push('given up'))
        const code = method === 'mount' ? answers.shift() : undefined
        if (code) throw new P8aError(code, code)
        // It takes for ever.
        return method === 'verb' ? await new Promise(() => {}) : null
      },
    } as unknown as AskRoot,
    scope: () => ({}) as never,
    forget: async (path, name) => void forgotten.push(`${path} ${name}`),
  })
  return { hosts, asked, forgotten }
}

test('a host that is made while there is no root is mounted by the next one', async () => {
  const { hosts } = hostsOf(['host_gone', undefined])
  const { mounted } = hosts.host('inner')
  await Promise.resolve()
  hosts.remount()
  await mounted
})

test('a host says what becomes of the verbs that it does not handle, and only what is known', async () => {
  const { hosts, asked } = hostsOf([])
  await hosts.host('inner', { stop: () => {} }, { others: 'refuse' }).mounted
  assert.equal(asked, [['mount', { path: 'inner', handles: ['stop'], others: 'refuse' }]])
  assert.throws(() => hosts.host('other', {}, { others: 'root' as never }), "others can only be 'refuse'")
})

test('whatever is asked of a host waits until it is mounted', async () => {
  const { hosts, asked } = hostsOf(['host_gone', undefined])
  const inner = hosts.host('inner')
  void inner.runs()
  await Promise.resolve()
  assert.equal(
    asked.map(what => Array.isArray(what) && what[0]),
    ['mount'],
  )
  hosts.remount()
  await until(() => asked.length === 3, 'it is asked')
  assert.equal(
    asked.map(what => Array.isArray(what) && what[0]),
    ['mount', 'mount', 'verb'],
  )
})

test('a host that the next root refuses says so, and its name may be asked for again', async () => {
  const { hosts } = hostsOf(['host_gone', 'host_exists', undefined])
  const { mounted } = hosts.host('inner')
  const refused = mounted.catch(error => error.code)
  await Promise.resolve()
  hosts.remount()
  assert.is(await refused, 'host_exists')
  await hosts.host('inner').mounted
})

test('a refusal fails the start, unless it is awaited', async () => {
  const { hosts } = hostsOf(['host_exists'])
  hosts.host('inner')
  assert.is(await hosts.mounted().catch(error => error.code), 'host_exists')
  const other = hostsOf(['host_exists', undefined]).hosts
  await other.host('inner').mounted.catch(() => other.host('second'))
  await other.mounted()
})

test('a handler is told who asks and that nobody waits, and the root is not told that others ask it', async () => {
  const { hosts, asked, forgotten } = hostsOf([])
  const began = Promise.withResolvers<AbortSignal>()
  const by = { name: 'ci', role: 'deploy', path: '' }
  const inner = hosts.host('inner', {
    call: async (_name, _fn, _args, how) => {
      assert.equal({ ...how }, { hops: 1, by, signal: how.signal })
      began.resolve(how.signal)
      return await inner.own.call('web', 'fn', [], how)
    },
    remove: () => {},
  })
  const channel = quietChannel()
  void hosts.onHandle({ path: 'inner', verb: 'call', args: ['web', 'fn', [], { hops: 1, by }] }, channel)
  const signal = await began.promise
  await until(() => asked.some(what => Array.isArray(what) && what[0] === 'verb'), 'the root is asked')
  channel.onCancel()
  assert.is(signal.aborted, true)
  assert.equal(
    asked.find(what => Array.isArray(what) && what[0] === 'verb'),
    ['verb', { method: 'pod.call', params: { hops: 1, name: 'web', fn: 'fn', args: [], path: 'inner' } }],
  )
  assert.equal(asked.at(-1), 'given up', 'what it asks of the root is given up too')
  const remove = { path: 'inner', verb: 'remove' }
  await hosts.onHandle({ ...remove, args: ['web', { hops: 1, run: 'web.1' }] }, quietChannel())
  await hosts.onHandle({ ...remove, args: ['web', { hops: 1 }] }, quietChannel())
  assert.equal(forgotten, ['inner web'], 'once, and not for one of its runs')
})

test('a stream that nobody waits for any more is ended', async () => {
  const { hosts } = hostsOf([])
  let ended = false
  const values = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ value: 1, done: false }),
      return: async () => {
        ended = true
        return { value: undefined, done: true }
      },
    }),
  }
  const waited = Promise.withResolvers<void>()
  hosts.host('inner', { call: async () => await waited.promise.then(() => values) })
  for (const granted of [usualWindow, undefined]) {
    ended = false
    const channel = quietChannel({}, { granted })
    const answered = hosts.onHandle({ path: 'inner', verb: 'call', args: ['web', 'fn', [], {}] }, channel)
    channel.onCancel()
    waited.resolve()
    await answered
    assert.is(ended, true)
  }
})

test.run()
