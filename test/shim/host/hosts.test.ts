// The hosts that a run is, beside a root that answers as it is told. What roots do: test/e2e/hosts.test.ts, handlers.test.ts.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { P8aError } from '../../../protocol/errors.ts'
import { type AskHost, RunHosts } from '../../../shim/host/hosts.ts'

const test = suite('hosts')

/** Hosts whose root answers each `mount` with the next of `answers`: nothing, or an error with that code. */
function hostsOf(answers: ('host_gone' | 'host_exists' | undefined)[]) {
  const asked: unknown[] = []
  const forgotten: string[] = []
  const hosts = new RunHosts({
    ask: (async (method: string, params: unknown) => {
      asked.push([method, params])
      const code = method === 'mount' ? answers.shift() : undefined
      if (code) throw new P8aError(code, code)
      // It takes for ever.
      return method === 'verb' ? await new Promise(() => {}) : null
    }) as AskHost,
    cancel: id => asked.push(['cancel', id]),
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

test('a handler is told that nobody waits, and is given what may be handed on as JSON', async () => {
  const { hosts, asked, forgotten } = hostsOf([])
  const began = Promise.withResolvers<AbortSignal>()
  const inner = hosts.host('inner', {
    call: async (_name, _fn, _args, how) => {
      assert.equal({ ...how }, { hops: 1 })
      began.resolve(how.signal as AbortSignal)
      return await inner.own.call('web', 'fn', [], how)
    },
    remove: () => {},
  })
  void hosts.onHandle({ path: 'inner', verb: 'call', args: ['web', 'fn', [], { hops: 1 }], id: 7 })
  const signal = await began.promise
  hosts.onGiveUp({ id: 7 })
  assert.is(signal.aborted, true)
  assert.equal(asked.at(-1), ['cancel', 1], 'what it has the root do is given up too')
  await hosts.onHandle({ path: 'inner', verb: 'remove', args: ['web', { hops: 1, run: 'web.1' }], id: 8 })
  await hosts.onHandle({ path: 'inner', verb: 'remove', args: ['web', { hops: 1 }], id: 9 })
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
  const args = ['web', 'fn', [], { hops: 1 }]
  const answered = hosts.onHandle({ path: 'inner', verb: 'call', args, id: 1, streams: true })
  hosts.onGiveUp({ id: 1 })
  waited.resolve()
  assert.is(await answered.catch(error => error.code), 'aborted')
  assert.is(ended, true)
})

test.run()
